import { deriveSeed, mixBits, unitInterval } from '../core/integer-hash.ts';
import type { Distortion } from './distort-answer.ts';

/**
 * A misbehaviour of the service that a test asks for. With `when: 'after'`, the request has its effect, and
 * only the answer is lost or wrong. With `when: 'before'`, the request has no effect.
 */
export type Fault =
  | {
      readonly kind: 'throttle';
      /** Value of the Retry-After header. Default 1. */
      readonly retryAfterSeconds?: number;
      /** The format of the Retry-After header. `absent` leaves the header out. Default `seconds`. */
      readonly retryAfterForm?: 'seconds' | 'date' | 'absent';
    }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: 'json' | 'html';
      readonly when?: 'before' | 'after';
    }
  | { readonly kind: 'reset'; readonly when?: 'before' | 'after' }
  /** The connection stays open, and no answer comes. */
  | { readonly kind: 'hang'; readonly when?: 'before' | 'after' }
  /** Sends only this share of the body, from 0 to 1, then closes the connection. Default 0.5. */
  | { readonly kind: 'truncate'; readonly keepShare?: number }
  /** Sends the body slowly, spread over this time. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** The request has its effect at once, but the answer comes only after this time. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Answers 200 with an HTML page. The request has no effect. */
  | { readonly kind: 'html' }
  /** Answers 401, as the service does for a wrong signature. The request has no effect. */
  | { readonly kind: 'unauthorized' }
  /** Sends the correct answer with one mistake in its list, links or counters. */
  | { readonly kind: 'distort'; readonly what: Distortion };

/** A fault and the requests that it affects. Without the optional fields, the fault affects every request. */
export interface FaultRule {
  readonly fault: Fault;
  readonly method?: string;
  /** The request's path must begin with this text, e.g. `/files/storage/`. */
  readonly path?: string;
  /** The request's query must contain this text, e.g. `list-type=2`. */
  readonly query?: string;
  /** Number of matching requests that the fault skips before it affects the first one. Default 0. */
  readonly after?: number;
  /**
   * After the skipped requests, the fault affects the first matching request and then every n-th one. Default
   * 1, which means each matching request.
   */
  readonly every?: number;
  /** Maximum number of affected requests. Default: no limit. */
  readonly times?: number;
  /**
   * Share of the requests selected by the fields above that the fault really affects, from 0 to 1. The
   * emulator's seed decides which ones. Default 1.
   */
  readonly probability?: number;
}

/**
 * A rule and its counts. `seen` is the number of requests that matched it, `fired` the number of requests
 * that got its fault.
 */
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

/** The fault rules that are active. If several match a request, the oldest rule decides. */
export class Faults {
  readonly #seed: number;
  readonly #rules: ActiveRule[] = [];
  #lastId = 0;

  constructor(seed: number | string) {
    this.#seed = deriveSeed(seed, 'faults');
  }

  /** Adds a rule and returns its id. If an older rule matches the same request, the older rule decides. */
  add(rule: FaultRule): number {
    this.#lastId += 1;
    this.#rules.push({ id: this.#lastId, rule, seen: 0, fired: 0 });
    return this.#lastId;
  }

  list(): FaultStatus[] {
    return this.#rules.map((active) => ({ ...active }));
  }

  /** Removes one rule. Without an id, removes all. */
  remove(id?: number): void {
    const kept = id === undefined ? [] : this.#rules.filter((active) => active.id !== id);
    this.#rules.splice(0, this.#rules.length, ...kept);
  }

  /**
   * Returns the fault for a request, or undefined if there is none. Also counts the request for each rule
   * that matches. `target` is the path and the query.
   */
  pick(method: string, target: string): Fault | undefined {
    let picked: Fault | undefined;
    for (const active of this.#rules) {
      if (!fits(active.rule, method, target)) continue;
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

function fits(rule: FaultRule, method: string, target: string): boolean {
  if (rule.method !== undefined && rule.method !== method) return false;
  const [path = '', query = ''] = target.split('?', 2);
  if (rule.query !== undefined && !query.includes(rule.query)) return false;
  return rule.path === undefined || path.startsWith(rule.path);
}
