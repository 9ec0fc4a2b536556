import { deriveSeed, mixBits, unitInterval } from '../core/integer-hash.ts';
import type { Distortion } from './distort-answer.ts';

/** A misbehaviour. `after` means that the effect happens, and only the answer is affected. */
export type Fault =
  | {
      readonly kind: 'throttle';
      /** Default 1. */
      readonly retryAfterSeconds?: number;
      /** The form of Retry-After; default: seconds. */
      readonly retryAfterForm?: 'seconds' | 'date' | 'absent';
    }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: 'json' | 'html';
      readonly when?: 'before' | 'after';
    }
  | { readonly kind: 'reset'; readonly when?: 'before' | 'after' }
  /** Never answers. */
  | { readonly kind: 'hang'; readonly when?: 'before' | 'after' }
  /** Sends only this share of the body, then closes the connection; default 0.5. */
  | { readonly kind: 'truncate'; readonly keepShare?: number }
  /** Sends the body slowly, over this time. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Carries out the effect at once, and answers late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Answers 200 with a page of HTML, without the effect. */
  | { readonly kind: 'html' }
  /** Answers 401 as for a wrong signature. */
  | { readonly kind: 'unauthorized' }
  /** Sends the correct answer with a mistake in its list, links or counters. */
  | { readonly kind: 'distort'; readonly what: Distortion };

/** Selects the requests that a fault affects. An absent key does not restrict. */
export interface FaultRule {
  readonly fault: Fault;
  readonly method?: string;
  /** Beginning of the path, e.g. `/files/storage/`. */
  readonly path?: string;
  /** Number of requests that pass first. */
  readonly after?: number;
  /** Then affects every n-th request, starting with the first; default 1. */
  readonly every?: number;
  /** Maximum number of affected requests. */
  readonly times?: number;
  /** Share of these that are affected, decided by the emulator's seed; default 1. */
  readonly probability?: number;
}

/** A rule with its counts. */
export interface FaultStatus {
  readonly id: number;
  readonly rule: FaultRule;
  readonly seen: number;
  readonly fired: number;
}

interface ActiveRule {
  readonly id: number;
  readonly rule: FaultRule;
  seen: number;
  fired: number;
}

/** The active fault rules. If several match a request, the first one applies. */
export class Faults {
  readonly #seed: number;
  readonly #rules: ActiveRule[] = [];
  #lastId = 0;

  constructor(seed: number | string) {
    this.#seed = deriveSeed(seed, 'faults');
  }

  /** Adds a rule after the others and returns its id. */
  add(rule: FaultRule): number {
    this.#lastId += 1;
    this.#rules.push({ id: this.#lastId, rule, seen: 0, fired: 0 });
    return this.#lastId;
  }

  list(): FaultStatus[] {
    return this.#rules.map((active) => ({ ...active }));
  }

  /** Removes one rule, or all. */
  remove(id?: number): void {
    const kept = id === undefined ? [] : this.#rules.filter((active) => active.id !== id);
    this.#rules.splice(0, this.#rules.length, ...kept);
  }

  /**
   * The fault for a request; undefined if there is none. Counts the request for each matching rule.
   */
  pick(method: string, path: string): Fault | undefined {
    let picked: Fault | undefined;
    for (const active of this.#rules) {
      if (!fits(active.rule, method, path)) continue;
      active.seen += 1;
      if (picked !== undefined || !this.#isDue(active)) continue;
      active.fired += 1;
      picked = active.rule.fault;
    }
    return picked;
  }

  #isDue({ id, rule, seen, fired }: ActiveRule): boolean {
    const turn = seen - (rule.after ?? 0) - 1;
    if (turn < 0 || turn % (rule.every ?? 1) !== 0) return false;
    if (fired >= (rule.times ?? Number.POSITIVE_INFINITY)) return false;
    return unitInterval(mixBits(this.#seed ^ id, seen)) < (rule.probability ?? 1);
  }
}

function fits(rule: FaultRule, method: string, path: string): boolean {
  if (rule.method !== undefined && rule.method !== method) return false;
  return rule.path === undefined || path.startsWith(rule.path);
}
