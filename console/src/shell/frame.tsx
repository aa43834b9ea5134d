/** Where things stand: the navigation beside the content, or over it where there is no room for both. */
import Button from '@cloudscape-design/components/button';
import { type ReactNode, useEffect, useRef, useState } from 'react';

/** As in `console.css`. */
const NARROW = '(max-width: 900px)';

interface FrameProps {
  /** Given what closes the navigation again where it lies over the content. */
  navigation(onChosen: () => void): ReactNode;
  notices: ReactNode;
  children: ReactNode;
}

export function Frame({ navigation, notices, children }: FrameProps) {
  const [isOpen, setOpen] = useState(() => !window.matchMedia(NARROW).matches);
  const bar = useRef<HTMLElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    if (wasOpen.current === isOpen) return;
    wasOpen.current = isOpen;
    // What was clicked is gone: the keyboard goes on at what took its place.
    (isOpen ? bar : top).current?.querySelector('button')?.focus();
  }, [isOpen]);
  const closeIfOver = () => {
    if (window.matchMedia(NARROW).matches) setOpen(false);
  };
  return (
    <div className="frame">
      {isOpen && (
        <nav
          ref={bar}
          className="frame-navigation"
          aria-label="Navigation"
          onKeyDown={({ key }) => key === 'Escape' && closeIfOver()}
        >
          <div className="frame-navigation-inner">
            <div className="frame-close">
              <Button
                variant="icon"
                iconName="angle-left"
                ariaLabel="Close navigation"
                onClick={() => setOpen(false)}
              />
            </div>
            {navigation(closeIfOver)}
          </div>
        </nav>
      )}
      <main className="frame-content">
        {!isOpen && (
          <div ref={top} className="frame-open">
            <Button variant="icon" iconName="menu" ariaLabel="Open navigation" onClick={() => setOpen(true)} />
          </div>
        )}
        <div className="frame-notices">{notices}</div>
        {children}
      </main>
    </div>
  );
}
