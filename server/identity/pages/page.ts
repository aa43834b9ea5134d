/** The frame of all pages around signing in: small, without scripts, for any screen, keyboard and reader. */
import { createHash } from 'node:crypto';
import { html, Markup } from '../../markup/markup.ts';

const STYLE = `:root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--text:#16191f;--soft:#545b64;--line:#7d8998;--accent:#0b62c4;--on:#fff;--bad:#b3130f;--bad-page:#fdecec;--warn:#7a4a00;--warn-page:#fff4d6}
@media(prefers-color-scheme:dark){:root{--page:#10151c;--card:#1b222c;--text:#eef1f5;--soft:#b4bcc8;--line:#8a95a5;--accent:#7db8ff;--on:#0b1420;--bad:#ff9d98;--bad-page:#3a1716;--warn:#ffd27a;--warn-page:#33270d}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
main{width:100%;max-width:26rem;background:var(--card);border-radius:.75rem;padding:2rem;box-shadow:0 1px 4px #0003}
h1{margin:0 0 1rem;font-size:1.4rem;line-height:1.25}p{margin:0 0 1rem}.soft{color:var(--soft)}
label{display:block;font-weight:600;margin:0 0 .25rem}input{width:100%;font:inherit;padding:.6rem .7rem;margin:0 0 1rem;color:inherit;background:transparent;border:1px solid var(--line);border-radius:.4rem}
button{font:inherit;font-weight:600;padding:.65rem 1rem;width:100%;color:var(--on);background:var(--accent);border:1px solid var(--accent);border-radius:.4rem;cursor:pointer;margin:0 0 .75rem}
button.other{color:var(--accent);background:transparent}a{color:var(--accent)}:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.alert,.warning{padding:.7rem .9rem;border-radius:.4rem;border-left:4px solid}.alert{color:var(--bad);background:var(--bad-page)}.warning{color:var(--warn);background:var(--warn-page)}
code{font:1em ui-monospace,monospace;overflow-wrap:anywhere}.code{display:block;font-size:1.6rem;letter-spacing:.1em;text-align:center;margin:0 0 1rem}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** `formTargets`: where a form may lead to besides this server. Scripts are none; the provider may add the hash of one of its own. */
export function pageHeaders(formTargets: readonly string[] = []): Record<string, string> {
  const directives = [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    'script-src',
    `form-action 'self'${formTargets.map((target) => ` ${target}`).join('')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    'content-security-policy': directives.join('; '),
    // With none at all, browsers would not say where a form comes from.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
  };
}

export interface Page {
  title: string;
  content: Markup;
  /** What went wrong, read out first. */
  alert?: string | null;
  /** What should be known before anything is typed. */
  warning?: string | null;
}

export function renderPage({ title, content, alert = null, warning = null }: Page): string {
  const body = html`<main>
<h1>${title}</h1>
${warning !== null && html`<p class="warning">${warning}</p>`}
${alert !== null && html`<p class="alert" role="alert">${alert}</p>`}
${content}
</main>`;
  const heading = alert === null ? title : `Error: ${title}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${heading} - Loadstar</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${body}
</body>
</html>
`.html;
}
