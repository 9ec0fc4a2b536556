import { deriveSeed, mixBits, unitInterval } from '../core/integer-hash.ts';
import type { Distortion } from './distort-answer.ts';

/** A misbehaviour; `after` means that the effect happens and only the answer suffers. */
export type Fault =
  | {
      readonly kind: 'throttle';
      /** Default 1. */
      readonly retryAfterSeconds?: number;
      /** How Retry-After is given; default in seconds. */
      readonly retryAfterForm?: 'seconds' | 'date' | 'absent';
    }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: 'json' | 'html';
      readonly when?: 'before' | 'after';
    }
  | { readonly kind: 'reset'; readonly when?: 'before' | 'after' }
  /** No answer ever. */
  | { readonly kind: 'hang'; readonly when?: 'before' | 'after' }
  /** Only this share of the body, then the connection ends; default 0.5. */
  | { readonly kind: 'truncate'; readonly keepShare?: number }
  /** The body drips for this long. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** The effect at once, the answer late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Status 200 and a page of HTML, without the effect. */
  | { readonly kind: 'html' }
  /** 401 as for a wrong signature. */
  | { readonly kind: 'unauthorized' }
  /** The true answer with something wrong in its list, its links or its counters. */
  | { readonly kind: 'distort'; readonly what: Distortion };

/** Which requests a fault meets; what is left out does not restrict. */
export interface FaultRule {
  readonly fault: Fault;
  readonly method?: string;
  /** Beginning of the path, e.g. `/files/storage/`. */
  readonly path?: string;
  /** Lets the first so many requests pass. */
  readonly after?: number;
  /** Then meets every n-th, starting with the first; default 1. */
  readonly every?: number;
  /** At most so many times. */
  readonly times?: number;
  /** Share of these that it really meets, decided by the emulator's seed; default 1. */
  readonly probability?: number;
}

/** A rule and what it has done so far. */
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

/** The misbehaviour asked for: the first rule that wants a request gets it. */
export class Faults {
  readonly #seed: number;
  readonly #rules: ActiveRule[] = [];
  #lastId = 0;

  constructor(seed: number | string) {
    this.#seed = deriveSeed(seed, 'faults');
  }

  /** Adds a rule behind the others and gives its id. */
  add(rule: FaultRule): number {
    this.#lastId += 1;
    this.#rules.push({ id: this.#lastId, rule, seen: 0, fired: 0 });
    return this.#lastId;
  }

  list(): FaultStatus[] {
    return this.#rules.map((active) => ({ ...active }));
  }

  /** Takes one rule away, or all. */
  remove(id?: number): void {
    const kept = id === undefined ? [] : this.#rules.filter((active) => active.id !== id);
    this.#rules.splice(0, this.#rules.length, ...kept);
  }

  /** The fault a request meets, undefined for none; counts the request with each rule it fits. */
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
