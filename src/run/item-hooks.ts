import { errorMessage } from '../core/error-message.ts';
import type { Item } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import type { LogLine } from '../core/log-line.ts';
import type { FailureNote, Outcome } from '../core/outcome.ts';
import { present } from '../core/present.ts';
import { UserError } from '../core/user-error.ts';
import type { Clock } from '../core/world.ts';
import type { EndedItem, HookCalls } from '../engine/tasks/item-hooks.ts';

const DEFAULT_TIME_LIMIT_MS = 30_000;
const MAX_TIME_LIMIT_MS = 600_000;
const MAX_MESSAGE = 2000;

/** The item that a hook gets. */
export interface HookItem {
  /** The item key: the UUID of a file, a URL, a path or the id of a group. */
  readonly key: string;
  /** The file that an earlier step made and on which the step works; null if it works on the item itself. */
  readonly file: string | null;
  /** Facts from the source, such as the columns of a list. An empty object if there are none. */
  readonly details: JsonObject;
  /** Number of earlier attempts at this step. */
  readonly attempt: number;
}

/** The step that a hook gets. */
export interface HookStep {
  readonly id: string;
  /** The operation, such as `delete`. */
  readonly uses: string;
}

/** How an item ended at a step, for a hook. */
export type HookOutcome =
  | { readonly kind: 'done'; readonly result?: JsonObject }
  | { readonly kind: 'skipped'; readonly reason: string; readonly message?: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** Functions of a program that a run calls around the work on each item. */
export interface ItemHooks {
  /**
   * Called and awaited before the request for an item, and before its intent. If it throws or exceeds its time limit, the
   * item fails with the code `hook_failed`, nothing is sent for it, and the run continues. It may be called more than once
   * for an item: before each retry, after a resume, and although the run then stops without a request.
   */
  beforeItem?(item: HookItem, step: HookStep, signal: AbortSignal): unknown;
  /**
   * Called after the outcome of an item at a step is in the ledger. The run does not wait for it before it continues, but
   * before it ends. An error is logged and changes nothing. It is not called if the process ends before.
   */
  afterItem?(item: HookItem, step: HookStep, outcome: HookOutcome): unknown;
  /** Maximum time of one call, ms, from 1 to 600,000; 30,000 if absent. */
  readonly timeLimitMs?: number;
}

/** Throws a `UserError` if the time limit of hooks is wrong. */
export function checkHooks({ timeLimitMs = DEFAULT_TIME_LIMIT_MS }: ItemHooks): void {
  if (timeLimitMs >= 1 && timeLimitMs <= MAX_TIME_LIMIT_MS) return;
  throw new UserError(
    'usage',
    `hooks.timeLimitMs is ${timeLimitMs}. Set it to milliseconds from 1 to ${MAX_TIME_LIMIT_MS}.`,
  );
}

/** Creates the calls of a program's hooks; undefined if it has none. */
export function createRunHooks(
  {
    hooks,
    world,
    log,
    abort,
  }: Omit<HookPlace, 'steps' | 'clock'> & {
    readonly hooks?: ItemHooks;
    readonly world: Pick<HookPlace, 'clock'>;
  },
  steps: readonly HookStep[],
): RunHooks | undefined {
  return hooks && new RunHooks(hooks, { steps, clock: world.clock, log, abort });
}

/** Calls the hooks of a program for the items of a run. */
class RunHooks implements HookCalls {
  readonly #hooks: ItemHooks;
  readonly #place: HookPlace;
  /** Calls of `afterItem` that have not ended. */
  readonly #open = new Set<Promise<void>>();

  constructor(hooks: ItemHooks, place: HookPlace) {
    this.#hooks = hooks;
    this.#place = place;
  }

  async before(
    step: number,
    items: readonly Item[],
    stop: AbortSignal,
  ): Promise<ReadonlyMap<Item, FailureNote>> {
    const failures = new Map<Item, FailureNote>();
    const callFor = async (item: Item): Promise<void> => {
      try {
        await this.#call(stop, (signal) =>
          this.#hooks.beforeItem?.(toHookItem(item), this.#stepAt(step), signal),
        );
      } catch (error) {
        const message = `The hook beforeItem failed: ${errorMessage(error)}`.slice(0, MAX_MESSAGE);
        failures.set(item, { code: 'hook_failed', message });
      }
    };
    if (this.#hooks.beforeItem !== undefined) await Promise.all(items.map(callFor));
    return failures;
  }

  after(step: number, ended: readonly EndedItem[]): void {
    if (this.#hooks.afterItem === undefined) return;
    for (const { item, outcome } of ended) {
      const call = this.#callAfter(item, this.#stepAt(step), toHookOutcome(outcome));
      this.#open.add(call);
      void call.finally(() => this.#open.delete(call));
    }
  }

  /** Resolves when no call of `afterItem` is open. */
  async end(): Promise<void> {
    await Promise.all(this.#open);
  }

  async #callAfter(item: Item, step: HookStep, outcome: HookOutcome): Promise<void> {
    const { abort, log } = this.#place;
    try {
      await this.#call(abort, () => this.#hooks.afterItem?.(toHookItem(item), step, outcome));
    } catch (error) {
      const fields = { item: item.key, step: step.id };
      log('warn', fields, `The hook afterItem failed: ${errorMessage(error)}`);
    }
  }

  /** Calls a hook. Rejects if it throws or exceeds its time limit; resolves at once if `stop` aborts. */
  #call(stop: AbortSignal, use: (signal: AbortSignal) => unknown): Promise<void> {
    const { timeLimitMs = DEFAULT_TIME_LIMIT_MS } = this.#hooks;
    const ending = new AbortController();
    return new Promise<void>((resolve, reject) => {
      if (stop.aborted) return resolve();
      stop.addEventListener('abort', () => resolve(), { signal: ending.signal });
      this.#place.clock.sleep(timeLimitMs, ending.signal).then(
        () => reject(new Error(`it did not end within its time limit of ${timeLimitMs} ms`)),
        () => undefined,
      );
      new Promise((begin) => begin(use(ending.signal))).then(() => resolve(), reject);
    }).finally(() => ending.abort());
  }

  #stepAt(index: number): HookStep {
    const { id = '', uses = '' } = this.#place.steps[index] ?? {};
    return { id, uses };
  }
}

/** The surroundings of the hooks of a run. */
interface HookPlace {
  readonly steps: readonly HookStep[];
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: LogLine;
  /** Aborts when the run must stop at once. */
  readonly abort: AbortSignal;
}

function toHookItem({ key, file, details, attempts }: Item): HookItem {
  return { key, file, details: structuredClone(details ?? {}), attempt: attempts };
}

function toHookOutcome(outcome: Outcome): HookOutcome {
  switch (outcome.kind) {
    case 'done':
      return { kind: 'done', ...present({ result: structuredClone(outcome.result) }) };
    case 'skipped':
      return { kind: 'skipped', reason: outcome.reason, ...present({ message: outcome.message }) };
    case 'failed':
      return { kind: 'failed', code: outcome.failure.code, message: outcome.failure.message };
  }
}
