/** Something that is read now and then, and changes seldom. */
export interface Kept<Value> {
  get(): Promise<Value>;
  /** It is read again at the next use. */
  forget(): void;
}

/** Read again when it is `milliseconds` old; what fails is not kept. Those who ask at once get what one reading gives. */
export function kept<Value>(nowMs: () => number, milliseconds: number, read: () => Promise<Value>): Kept<Value> {
  let latest: { value: Promise<Value>; untilMs: number } | null = null;
  return {
    forget() {
      latest = null;
    },
    get() {
      if (latest === null || nowMs() >= latest.untilMs) {
        const reading = { value: read(), untilMs: nowMs() + milliseconds };
        latest = reading;
        reading.value.catch(() => {
          // Another one may have begun since.
          if (latest === reading) latest = null;
        });
      }
      return latest.value;
    },
  };
}
