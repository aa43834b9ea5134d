/** The part of a run that all charts and tables of a page show: brushed in one chart, followed by all. Kept in the address. */
import { createContext, type ReactNode, useCallback, useContext, useMemo } from 'react';
import { useParameters } from '../shell/use-parameters.ts';

export interface TimeRange {
  /** Seconds from go; `to` is not in it. */
  from: number;
  to: number;
}

interface TimeRangeControl {
  /** Null: all of the run. */
  range: TimeRange | null;
  setRange(range: TimeRange | null): void;
}

const TimeRangeContext = createContext<TimeRangeControl>({ range: null, setRange: () => {} });
export const useTimeRange = (): TimeRangeControl => useContext(TimeRangeContext);

export function TimeRangeProvider({ children }: { children: ReactNode }) {
  const { get, set } = useParameters();
  const from = wholeNumber(get('from'));
  const to = wholeNumber(get('to'));
  const setRange = useCallback(
    (range: TimeRange | null) =>
      set({ from: range === null ? null : String(range.from), to: range === null ? null : String(range.to) }),
    [set],
  );
  const range = useMemo(() => (from !== null && to !== null && from < to ? { from, to } : null), [from, to]);
  const control = useMemo(() => ({ range, setRange }), [range, setRange]);
  return <TimeRangeContext value={control}>{children}</TimeRangeContext>;
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,8}$/.test(text) ? Number(text) : null;
}
