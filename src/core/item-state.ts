/**
 * The states of an item at its current step. The ledger stores the index, so the order never changes.
 *
 * - `pending`: ready, or postponed until a due time
 * - `running`: claimed by the process that works on the run
 * - `waiting`: its remote job is open
 * - `in-doubt`: a request was sent, its outcome is unknown, and no probe can find it out
 * - `done`, `skipped`, `failed`: final
 */
export const ITEM_STATES = [
  'pending',
  'running',
  'waiting',
  'in-doubt',
  'done',
  'skipped',
  'failed',
] as const;

/** One of `ITEM_STATES`. */
export type ItemState = (typeof ITEM_STATES)[number];

/**
 * Every transition that an item may make; docs/architecture.md shows them as a diagram. An item that
 * continues at the next step becomes `pending` there.
 */
const TRANSITIONS: Readonly<Record<ItemState, readonly ItemState[]>> = {
  // A claim; or a check before a delete no longer selects the file.
  pending: ['running', 'skipped', 'failed'],
  // A retry, a release or the next step; a chunk that is halved; a remote job that began; an outcome.
  running: ['pending', 'running', 'waiting', 'in-doubt', 'done', 'skipped', 'failed'],
  // The next step; another poll; an outcome.
  waiting: ['pending', 'waiting', 'in-doubt', 'done', 'skipped', 'failed'],
  // A person decides: send it again (or continue at the next step), or record its outcome.
  'in-doubt': ['pending', 'done', 'skipped', 'failed'],
  done: [],
  skipped: [],
  failed: [],
};

/** True if an item may move from one state to the other. */
export function isTransition(from: ItemState, to: ItemState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** True if an item in this state has its outcome and never moves again. */
export function isFinal(state: ItemState): boolean {
  return TRANSITIONS[state].length === 0;
}
