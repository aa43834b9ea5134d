/** Work that is given up when it takes too long: nothing that a server answers may hold up a task. */
import { createContext, Script } from 'node:vm';

const context: { work: () => unknown } = { work: () => null };
createContext(context);
const script = new Script('work()');

/** Null when the deadline passed. Costs some 0.2 ms each time. */
export function withDeadline<Result>(deadlineMs: number, work: () => Result): Result | null {
  context.work = work;
  try {
    return script.runInContext(context, { timeout: deadlineMs }) as Result;
  } catch (error) {
    // The error is of the other context: it is no Error of this one.
    if ((error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null;
    throw error;
  }
}

const LARGE_CHARACTERS = 100_000;
const LARGE_DEADLINE_MS = 5_000;

/** Small documents are free of it: what can be made of them is bounded anyway. Null when the deadline passed. */
export function boundedFor<Result>(text: string, work: () => Result): Result | null {
  return text.length < LARGE_CHARACTERS ? work() : withDeadline(LARGE_DEADLINE_MS, work);
}
