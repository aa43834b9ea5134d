/** A link to another screen, which does not load the page again. */
import Link, { type LinkProps } from '@cloudscape-design/components/link';
import { useNavigate } from 'react-router';

export function AppLink({ href, ...props }: LinkProps & { href: string }) {
  const navigate = useNavigate();
  return (
    <Link
      {...props}
      href={href}
      onFollow={(event) => {
        const { altKey, button, ctrlKey, metaKey, shiftKey } = event.detail as {
          button?: number;
          altKey?: boolean;
          ctrlKey?: boolean;
          metaKey?: boolean;
          shiftKey?: boolean;
        };
        // A new tab or window is the browser's to open.
        if (altKey || ctrlKey || metaKey || shiftKey || (button ?? 0) !== 0) return;
        event.preventDefault();
        navigate(href);
      }}
    />
  );
}
