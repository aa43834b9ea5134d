/** Where axes of time are marked: at whole seconds that people count in, since what a mark says must be where it stands. */
export const SECOND_STEPS: readonly number[] = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400,
];

/** The marks between two instants, at most so many steps of them; both in seconds. */
export function secondMarks(from: number, to: number, stepsMax: number): number[] {
  const step = SECOND_STEPS.find((one) => (to - from) / one <= stepsMax) ?? SECOND_STEPS.at(-1)!;
  const first = Math.ceil(from / step);
  const last = Math.floor(to / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step);
}
