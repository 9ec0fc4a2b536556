import type { ItemState } from '../core/item-state.ts';
import type { RunStatus } from '../state/run-status.ts';

/** The states of items in the order in which bars and counts show them, with their names for people. */
export const STATES: readonly (readonly [ItemState, string])[] = [
  ['done', 'done'],
  ['skipped', 'skipped'],
  ['failed', 'failed'],
  ['in-doubt', 'in doubt'],
  ['waiting', 'waiting'],
  ['running', 'in progress'],
  ['pending', 'to do'],
];

/** The name of a state of items. */
export function stateName(state: ItemState): string {
  return STATES.find(([one]) => one === state)?.[1] ?? state;
}

/** The present work of a run: a word for people, and its kind, which chooses the colour. */
export function runPhase(status: RunStatus): {
  readonly word: string;
  readonly kind: 'good' | 'work' | 'wait' | 'bad' | 'off';
} {
  const { state, isRunning, isWaiting, control, counts } = status;
  if (isRunning && control?.state === 'paused') return { word: 'paused', kind: 'wait' };
  if (isRunning) return { word: 'working', kind: 'work' };
  if (isWaiting) return { word: 'waiting', kind: 'wait' };
  if (state === 'finished') {
    return counts.failed > 0
      ? { word: 'finished, with failures', kind: 'bad' }
      : { word: 'finished', kind: 'good' };
  }
  if (state === 'aborted') return { word: 'aborted', kind: 'bad' };
  if (isDead(status)) return { word: 'killed', kind: 'bad' };
  if (state === 'interrupted' || state === 'active') return { word: 'interrupted', kind: 'wait' };
  return { word: state, kind: 'off' };
}

/** A sentence about a run that a person should read, and a command that helps. */
export interface Notice {
  readonly kind: 'bad' | 'wait' | 'info';
  readonly text: string;
  readonly command?: string;
  /** The time at which the notice ends, ms since 1970; absent if it is unknown. */
  readonly until?: number | null;
}

/** Everything that keeps a run from its work now. */
export function runNotices(status: RunStatus): Notice[] {
  return [...endNotices(status), ...controlNotices(status), ...waitNotices(status)];
}

function endNotices(status: RunStatus): Notice[] {
  const { run, state, isRunning, isWaiting, stopReason, counts } = status;
  if (isRunning || isWaiting || ['finished', 'declined', 'abandoned'].includes(state)) return [];
  const command = `ucbulk resume ${run}`;
  if (onlyDoubtsLeft(status)) {
    return [{ kind: 'wait', text: 'Only items in doubt are left. Decide them, then resume.' }];
  }
  if (isDead(status)) {
    const held = counts.running === 0 ? '' : ` with ${counts.running} items in progress`;
    const text = `The process of this run died${held}. Nothing is lost: a resume continues.`;
    return [{ kind: 'bad', text, command }];
  }
  const text = stopReason ?? 'The run stopped. A resume continues it.';
  const kind = state === 'aborted' ? 'bad' : 'wait';
  // The reason may name the command itself, with more flags.
  return [text.includes('ucbulk resume') ? { kind, text } : { kind, text, command }];
}

function controlNotices({ isRunning, control }: RunStatus): Notice[] {
  if (!isRunning || control === null) return [];
  if (control.applied < control.revision) {
    return [{ kind: 'info', text: 'A change was requested. The run has not confirmed it yet.' }];
  }
  const limits = [
    ...(control.rate === null ? [] : [`${control.rate} requests a second`]),
    ...(control.concurrency === null ? [] : [`${control.concurrency} requests in flight`]),
  ];
  if (limits.length === 0) return [];
  return [{ kind: 'info', text: `Somebody limited this run to ${limits.join(' and ')}.` }];
}

function waitNotices({ waits, lostAnswers }: RunStatus): Notice[] {
  const notices: Notice[] = waits.map(({ reason, until }) => ({
    kind: 'wait',
    text: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`,
    until,
  }));
  if (lostAnswers === null || waits.some(({ kind }) => kind === 'lost-answers')) return notices;
  const text = `The answers to requests for ${lostAnswers.count} items were lost. Before ucbulk sends anything again, it looks up what they did.`;
  return [...notices, { kind: 'info', text, until: lostAnswers.due || null }];
}

/** True if the process of a run ended without a word. */
function isDead({ state, endedAt, isRunning }: RunStatus): boolean {
  return !isRunning && endedAt === null && (state === 'interrupted' || state === 'active');
}

function onlyDoubtsLeft({ counts, walkFinished }: RunStatus): boolean {
  const { total, done, skipped, failed } = counts;
  return (
    walkFinished && counts['in-doubt'] > 0 && total === done + skipped + failed + counts['in-doubt']
  );
}
