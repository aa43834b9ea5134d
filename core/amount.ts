/** Counts for people, the same in the terminal and in the browser. */
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** 1234567 -> `1,234,567` */
export const formatCount = (value: number): string => whole.format(value);

/** `1 task`, `2 tasks`. */
export const formatAmount = (count: number, noun: string): string =>
  `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
