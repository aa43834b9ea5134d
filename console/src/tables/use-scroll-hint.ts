/** Fades the edge of a table behind which there is more of it: many systems hide scrollbars until something is scrolled. */
import { type RefObject, useEffect, useRef } from 'react';

/** Browsers round what is scrolled. */
const PIXELS_IGNORED = 2;

/** Goes to an element around one table. */
export function useScrollHint(): RefObject<HTMLDivElement | null> {
  const around = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const table = around.current?.querySelector('table');
    const scrolled = table?.parentElement;
    if (table === null || table === undefined || scrolled === null || scrolled === undefined) return;
    const show = () => {
      const hidden = scrolled.scrollWidth - scrolled.clientWidth;
      scrolled.classList.toggle('more-right', scrolled.scrollLeft < hidden - PIXELS_IGNORED);
    };
    const resizing = new ResizeObserver(show);
    resizing.observe(table);
    resizing.observe(scrolled);
    scrolled.addEventListener('scroll', show, { passive: true });
    return () => {
      resizing.disconnect();
      scrolled.removeEventListener('scroll', show);
    };
  }, []);
  return around;
}
