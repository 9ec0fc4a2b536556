/**
 * The states of an item at its current step. The ledger stores the index of a state in this list, so the
 * order must not change.
 * - `pending`: ready, or postponed until a due time
 * - `running`: claimed by the process that works on the run
 * - `waiting`: its remote job is running
 * - `in-doubt`: a request was sent, and ucbulk can't find out its result
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
 * All allowed changes of state. docs/architecture.md shows them as a diagram. An item that continues at the
 * next step is `pending` there.
 */
const TRANSITIONS: Readonly<Record<ItemState, readonly ItemState[]>> = {
  // A claim makes the item `running`. A check before a delete may end it: as done if a sweep does the item again,
  // and its file is gone.
  pending: ['running', 'done', 'skipped', 'failed'],
  // After a retry, a release or the move to the next step, the item is `pending`. If the request for it is
  // split into two, it stays `running`. When its remote job has started, it is `waiting`.
  running: ['pending', 'running', 'waiting', 'in-doubt', 'done', 'skipped', 'failed'],
  // The next step makes the item `pending`. A poll that finds the job running leaves it `waiting`.
  waiting: ['pending', 'waiting', 'in-doubt', 'done', 'skipped', 'failed'],
  // A person decides: the item is sent again or continues at the next step (both `pending`), or it ends. If the answer
  // to its request comes after all, the item is `running` while this answer is recorded, in one transaction.
  'in-doubt': ['pending', 'running', 'done', 'skipped', 'failed'],
  done: [],
  skipped: [],
  failed: [],
};

/** True if an item may change from one state to the other. */
export function isTransition(from: ItemState, to: ItemState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** The change of state that undoes a failure. Only `ucbulk retry` and sweeps make it (`ledger/retry-table.ts`). */
export const RETRY_TRANSITION = { from: 'failed', to: 'pending' } as const satisfies {
  readonly from: ItemState;
  readonly to: ItemState;
};

/** A sweep makes this change if the effect of an item is missing (`ledger/sweep-table.ts`). */
export const SWEEP_TRANSITION = { from: 'done', to: 'pending' } as const satisfies {
  readonly from: ItemState;
  readonly to: ItemState;
};

/** True if an item in this state has its outcome. Only `ucbulk retry` and sweeps change such a state again. */
export function isFinal(state: ItemState): boolean {
  return TRANSITIONS[state].length === 0;
}
