import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderDocument, renderDocumentList } from './render-document.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const names = readdirSync(join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => name.slice(0, -'.md'.length));

describe('a document', () => {
  it('has its title apart, and anchors at its headings as links name them', () => {
    const { html, title } = renderDocument(
      '# On `loads`\n\n## Open, `arrival-rate`!\n\ntext\n\n## Open, arrival-rate\n',
    );
    expect(title).toBe('On `loads`');
    expect(html).toContain('<h2 id="open-arrival-rate">Open, <code>arrival-rate</code>!</h2>');
    expect(html).toContain('<h2 id="open-arrival-rate-1">');
    expect(html).not.toContain('<h1');
  });

  it('links to what the console shows, to other sites in a window of their own, and to nothing else', () => {
    const { html } = renderDocument(
      '[a](cli.md#exit-codes) [b](#here) [c](https://example.com/?a=1&b=2) [d](../BENCHMARKS.md) [e](javascript:alert)',
    );
    expect(html).toContain('<a href="/docs/cli#exit-codes">a</a> <a href="#here">b</a>');
    expect(html).toContain('<a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noreferrer">c</a> d e');
  });

  it('shows code and tables as they are', () => {
    const { html } = renderDocument('```yaml\na: <b> & "c"\n```\n\n| x | y |\n|---|---|\n| `1` | <2 |\n');
    expect(html).toContain('<pre tabindex="0"><code>a: &lt;b&gt; &amp; &quot;c&quot;</code></pre>');
    expect(html).toContain('<thead><tr><th>x</th><th>y</th></tr></thead>');
    expect(html).toContain('<td><code>1</code></td><td>&lt;2</td>');
  });
});

describe('the documents of the project', () => {
  const rendered = new Map(names.map((name) => [name, renderDocument(read(`docs/${name}.md`))]));
  const list = renderDocumentList(read('README.md'), (name) => rendered.get(name)?.title ?? '');

  it('are found from the list, each with a title', () => {
    const reached = new Set<string>();
    const follow = (html: string): void => {
      for (const [, name = ''] of html.matchAll(/href="\/docs\/([a-z0-9-]+)/g)) {
        if (reached.has(name)) continue;
        reached.add(name);
        follow(rendered.get(name)?.html ?? '');
      }
    };
    follow(list);
    expect([...reached].sort()).toEqual(names.toSorted());
    for (const [name, { title }] of rendered) expect([name, title]).not.toEqual([name, '']);
  });

  it('link to headings that are there', () => {
    const missing: string[] = [];
    for (const [name, { html }] of [...rendered, ['README', { html: list }] as const]) {
      for (const [, of = '', anchor = ''] of html.matchAll(/href="(?:\/docs\/([a-z0-9-]+))?#([^"]+)"/g)) {
        if (!rendered.get(of === '' ? name : of)?.html.includes(` id="${anchor}"`))
          missing.push(`${name}: ${of}#${anchor}`);
      }
    }
    expect(missing).toEqual([]);
  });
});
