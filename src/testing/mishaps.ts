import type { OwnCall } from '../operations/own-call.ts';
import type { OwnItem, OwnOperation } from '../operations/own-definition.ts';

/** Something that goes wrong with the first call for each item. */
export interface Scenario {
  readonly name: string;
  readonly mishap: 'none' | 'lost-before' | 'lost-after' | 'stopped';
  /** True if the answers of calls are lost. */
  readonly losesAnswers: boolean;
}

/** The scenarios of a check, in order. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'undisturbed', mishap: 'none', losesAnswers: false },
  { name: 'the call is lost before it has an effect', mishap: 'lost-before', losesAnswers: true },
  { name: 'the answer is lost after the effect', mishap: 'lost-after', losesAnswers: true },
  { name: 'the process stops after the effect', mishap: 'stopped', losesAnswers: true },
];

type Use = (item: never, call: OwnCall<unknown>) => Promise<unknown>;

/** An operation whose first call for each item goes wrong. */
export class Mishap {
  readonly operation: OwnOperation<unknown>;
  readonly #scenario: Scenario;
  readonly #called = new Set<string>();
  #life = new AbortController();

  constructor(scenario: Scenario, operation: OwnOperation<unknown>) {
    this.#scenario = scenario;
    this.operation =
      operation.shape === 'remote'
        ? { ...operation, start: this.#around(operation.start.bind(operation)) }
        : { ...operation, run: this.#around(operation.run.bind(operation) as Use) as never };
  }

  /** Begins the next process. Returns the signal that aborts when it stops. */
  beginLife(): AbortSignal {
    this.#life = new AbortController();
    return this.#life.signal;
  }

  /** True if the last process stopped, so that the run must be resumed. */
  hasStopped(): boolean {
    return this.#life.signal.aborted;
  }

  #around<Call extends Use>(use: Call): Call {
    const around = async (given: OwnItem | readonly OwnItem[], call: OwnCall<unknown>) => {
      const keys = 'key' in given ? [given.key] : given.map(({ key }) => key);
      const isFirst = keys.some((key) => !this.#called.has(key));
      for (const key of keys) this.#called.add(key);
      const mishap = isFirst ? this.#scenario.mishap : 'none';
      if (mishap === 'lost-before') throw new Error('The call was lost');
      const answer = await use(given as never, call);
      if (mishap === 'lost-after') throw new Error('The answer was lost');
      if (mishap !== 'stopped') return answer;
      this.#life.abort();
      return new Promise(() => undefined);
    };
    return around as unknown as Call;
  }
}
