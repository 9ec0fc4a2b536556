/**
 * The states of an item at its current step. The ledger stores the index of a state, so the order must never
 * change.
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

/** The name of a state in `ITEM_STATES`. */
export type ItemState = (typeof ITEM_STATES)[number];

/**
 * All allowed transitions of an item; docs/architecture.md shows them as a diagram. An item that continues at
 * the next step becomes `pending` there.
 */
const TRANSITIONS: Readonly<Record<ItemState, readonly ItemState[]>> = {
  // To `running` by a claim. To a final state if a check before a delete no longer selects the file.
  pending: ['running', 'skipped', 'failed'],
  // By a retry, a release or the next step; by halving a chunk; by the start of a remote job; by an outcome.
  running: ['pending', 'running', 'waiting', 'in-doubt', 'done', 'skipped', 'failed'],
  // By the next step, another poll, or an outcome.
  waiting: ['pending', 'waiting', 'in-doubt', 'done', 'skipped', 'failed'],
  // By the decision of a person: send again (or continue at the next step), or record an outcome.
  'in-doubt': ['pending', 'done', 'skipped', 'failed'],
  done: [],
  skipped: [],
  failed: [],
};

/** True if an item may change from one state to the other. */
export function isTransition(from: ItemState, to: ItemState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** True if an item in this state has its outcome and never changes its state again. */
export function isFinal(state: ItemState): boolean {
  return TRANSITIONS[state].length === 0;
}
