/** A link to another screen, which does not load the page again. */
import Link, { type LinkProps } from '@cloudscape-design/components/link';
import { useNavigate } from 'react-router';
import { type Click, isPlainClick } from './plain-click.ts';

export function AppLink({ href, ...props }: LinkProps & { href: string }) {
  const navigate = useNavigate();
  return (
    <Link
      {...props}
      href={href}
      onFollow={(event) => {
        if (!isPlainClick(event.detail as Click)) return;
        event.preventDefault();
        navigate(href);
      }}
    />
  );
}
