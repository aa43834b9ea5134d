/** Short messages on top of any page: what was done, what went wrong. */
import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { describeError } from '../api/api-problem.ts';

type Notice = Pick<FlashbarProps.MessageDefinition, 'type' | 'header' | 'content'>;

interface Notices {
  show(notice: Notice): void;
  /** What was tried, and why it failed. */
  showError(what: string, error: unknown): void;
}

const SUCCESS_SECONDS = 6;

const NoticesContext = createContext<Notices | null>(null);
const ItemsContext = createContext<readonly FlashbarProps.MessageDefinition[]>([]);

export function useNotices(): Notices {
  const notices = useContext(NoticesContext);
  if (notices === null) throw new Error('there are no notices around this component');
  return notices;
}

let nextId = 0;

export function NoticesProvider({ children }: { children: ReactNode }) {
  const [items, setItems] = useState<FlashbarProps.MessageDefinition[]>([]);
  const show = useCallback((notice: Notice) => {
    const id = String(nextId++);
    const remove = () => setItems((before) => before.filter((item) => item.id !== id));
    const item = { ...notice, id, dismissible: true, dismissLabel: 'Dismiss', onDismiss: remove };
    setItems((before) => [item, ...before].slice(0, 5));
    if (notice.type === 'success') setTimeout(remove, SUCCESS_SECONDS * 1_000);
  }, []);
  const notices = useMemo<Notices>(
    () => ({
      show,
      showError: (what, error) => {
        const { title, hint, fields } = describeError(error);
        const places = fields.slice(0, 5).map(({ path, message }) => `${path}: ${message}`);
        show({
          type: 'error',
          header: what,
          content: [title, ...places, hint].filter((part) => part !== '').join(' '),
        });
      },
    }),
    [show],
  );
  return (
    <NoticesContext value={notices}>
      <ItemsContext value={items}>{children}</ItemsContext>
    </NoticesContext>
  );
}

export function NoticeList() {
  return <Flashbar items={[...useContext(ItemsContext)]} />;
}
