/** The number of requests with this method, route and status. */
export interface RequestCount {
  readonly method: string;
  /** The pattern of the route, e.g. `/files/{uuid}/`. `?` if no route matches the request. */
  readonly route: string;
  /** HTTP status of the answer. 0 if the emulator closed the connection without an answer. */
  readonly status: number;
  readonly count: number;
}

/** Counts requests by method, route and status. */
export class RequestTally {
  readonly #counts = new Map<string, number>();

  add(method: string, route: string, status: number): void {
    const key = `${method} ${route} ${status}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  list(): RequestCount[] {
    return [...this.#counts].sort().map(([key, count]) => {
      const [method = '', route = '', status = ''] = key.split(' ');
      return { method, route, status: Number(status), count };
    });
  }
}
