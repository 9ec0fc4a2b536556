import { between, pick, seededRandom } from '../support/seeded-random.ts';

/** Number of worker processes. */
export const WORKERS = 3;

/** One act against the fleet. */
export type Injury =
  | { readonly kind: 'kill-worker'; readonly worker: number; readonly awayMs: number }
  | { readonly kind: 'stop-worker'; readonly worker: number; readonly forMs: number }
  | { readonly kind: 'kill-redis'; readonly awayMs: number }
  | { readonly kind: 'kill-coordinator'; readonly awayMs: number }
  | { readonly kind: 'flush' };

/** An injury, and the time since the one before. */
export interface PlannedInjury {
  readonly afterMs: number;
  readonly injury: Injury;
}

type Card = Injury['kind'] | 'stop-worker-long';

/**
 * The kinds of injuries are drawn like cards, so that each comes about equally often with every seed. After a kill of
 * the coordinator, the resumed one waits for up to 15 s, so this kind is rare.
 */
const DECK: readonly Card[] = [
  ...new Array<Card>(10).fill('kill-worker'),
  ...new Array<Card>(4).fill('stop-worker'),
  ...new Array<Card>(2).fill('stop-worker-long'),
  ...new Array<Card>(3).fill('kill-redis'),
  ...new Array<Card>(1).fill('kill-coordinator'),
  ...new Array<Card>(1).fill('flush'),
];

/** The injuries of a round without an end. The same seed gives the same ones. */
export function* plannedInjuries(seed: number, everyMs: number): Generator<PlannedInjury> {
  const random = seededRandom(seed);
  for (;;) {
    for (const card of shuffled(random)) {
      const afterMs = between(random, Math.round(everyMs / 2), Math.round(everyMs * 1.5));
      yield { afterMs, injury: injuryOf(card, random) };
    }
  }
}

function injuryOf(card: Card, random: () => number): Injury {
  const worker = between(random, 0, WORKERS - 1);
  switch (card) {
    case 'kill-worker':
      return { kind: 'kill-worker', worker, awayMs: between(random, 100, 3000) };
    case 'stop-worker':
      return { kind: 'stop-worker', worker, forMs: between(random, 500, 9000) };
    case 'stop-worker-long':
      // Longer than the lock of a call, which is 15 s.
      return { kind: 'stop-worker', worker, forMs: between(random, 16_500, 24_000) };
    case 'kill-redis':
      return { kind: 'kill-redis', awayMs: pick(random, [0, 300, 1500, 4000]) };
    case 'kill-coordinator':
      return { kind: 'kill-coordinator', awayMs: between(random, 100, 2000) };
    case 'flush':
      return { kind: 'flush' };
  }
}

function shuffled(random: () => number): Card[] {
  const cards = [...DECK];
  for (let at = cards.length - 1; at > 0; at -= 1) {
    const other = between(random, 0, at);
    [cards[at], cards[other]] = [cards[other]!, cards[at]!];
  }
  return cards;
}
