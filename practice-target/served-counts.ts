/** What the target knows to be true: how many answers it gave, by method, path and status. A report is checked against it. */

/** Distinct (method, path, status) that are kept apart; the rest is counted with the path `(other)`. */
const ENTRIES_MAX = 10_000;
const PATH_LENGTH_MAX = 300;

/** Answers with the same method, path (without its query) and status. */
export interface ServedCount {
  method: string;
  path: string;
  status: number;
  count: number;
}

/** The body of `GET /__count`. */
export interface CountReport {
  /** Requests whose head arrived. served + abandoned + underWay. */
  received: number;
  /** Answers handed to a connection that was still there. */
  served: number;
  /** Requests whose client went away before its answer. */
  abandoned: number;
  /** Requests not answered yet. */
  underWay: number;
  counts: ServedCount[];
}

export class ServedCounts {
  #received = 0;
  #served = 0;
  #abandoned = 0;
  readonly #entries = new Map<string, ServedCount>();

  received(): void {
    this.#received++;
  }

  abandoned(): void {
    this.#abandoned++;
  }

  served(method: string, path: string, status: number): void {
    this.#served++;
    const shortPath = path.slice(0, PATH_LENGTH_MAX);
    const key = `${method} ${status} ${shortPath}`;
    const known = this.#entries.get(key);
    if (known !== undefined) known.count++;
    else if (this.#entries.size < ENTRIES_MAX) this.#entries.set(key, { method, path: shortPath, status, count: 1 });
    else this.#countOther(method, status);
  }

  /** Forgets all; requests under way are counted as received anew, so that their answers do not outnumber them. */
  reset(): void {
    this.#received = this.#received - this.#served - this.#abandoned;
    this.#served = 0;
    this.#abandoned = 0;
    this.#entries.clear();
  }

  report(): CountReport {
    const counts = [...this.#entries.values()].sort(
      (a, b) => compare(a.path, b.path) || compare(a.method, b.method) || a.status - b.status,
    );
    return {
      received: this.#received,
      served: this.#served,
      abandoned: this.#abandoned,
      underWay: this.#received - this.#served - this.#abandoned,
      counts,
    };
  }

  #countOther(method: string, status: number): void {
    const key = `(other) ${method} ${status}`;
    const known = this.#entries.get(key);
    if (known !== undefined) known.count++;
    else this.#entries.set(key, { method, path: '(other)', status, count: 1 });
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
