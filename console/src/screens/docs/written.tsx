/** The text of a document. Its links lead to other screens without loading the page again. */
import TextContent from '@cloudscape-design/components/text-content';
import type { MouseEvent } from 'react';
import { useNavigate } from 'react-router';
import { isPlainClick } from '../../shell/plain-click.ts';

export function Written({ html }: { html: string }) {
  const navigate = useNavigate();
  const follow = (event: MouseEvent) => {
    const { target } = event;
    const href = target instanceof Element ? target.closest('a')?.getAttribute('href') : null;
    if (href === null || href === undefined || !/^[/#]/.test(href)) return;
    if (!isPlainClick(event)) return;
    event.preventDefault();
    navigate(href);
  };
  return (
    <TextContent>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only its links are clicked, which the keyboard reaches. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a link's key is a click too. */}
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: made of the project's own documents when the bundle was built. */}
      <div className="written" onClick={follow} dangerouslySetInnerHTML={{ __html: html }} />
    </TextContent>
  );
}
