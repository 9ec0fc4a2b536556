import type { JsonObject } from '../core/json.ts';
import type { NotifyEvent } from '../job/notify-schema.ts';
import type { RunStatus } from '../state/run-status.ts';

/** Exit codes after which a person must decide something before the run can continue or count as complete. */
const NEEDS_PERSON: readonly number[] = [7, 8, 11];

/** The end of a command, as far as a notification tells it. */
export interface CommandEnd {
  readonly exitCode: number;
  readonly meaning: string;
  /** Message of the error that ended the command; null if none did. */
  readonly error: string | null;
}

/**
 * The event of a command's end; null if nobody is notified: somebody pressed Ctrl-C, or the run continues in the
 * next window. `wasBroken`: the job's run before this one did not succeed.
 */
export function endEvent({ exitCode }: CommandEnd, wasBroken: boolean): NotifyEvent | null {
  if (exitCode === 0) return wasBroken ? 'recovered' : 'success';
  if (exitCode === 10 || exitCode === 130) return null;
  return NEEDS_PERSON.includes(exitCode) ? 'attention' : 'failure';
}

/** True if the run ended, and not all of its items are done or skipped. */
export function isBroken({ state, counts }: Pick<RunStatus, 'state' | 'counts'>): boolean {
  return state !== 'finished' || counts.failed > 0 || counts['in-doubt'] > 0;
}

/** The subject of a notification. */
export interface Subject {
  readonly job: string;
  /** null if the command ended before it had a run. */
  readonly status: RunStatus | null;
  /** null while the run works. */
  readonly end: CommandEnd | null;
  /** Why a person is needed, if the run itself still works; absent if its status has the reason. */
  readonly reason?: string;
}

/** A notification in the forms of all targets. */
export interface Notification {
  readonly event: NotifyEvent;
  readonly document: JsonObject;
  readonly text: string;
}

/** Creates the JSON document of a notification. docs/notifications.md describes its fields. */
export function notificationDocument(
  event: NotifyEvent,
  { job, status, end, reason }: Subject,
  at: number,
): JsonObject {
  const { cost = null, labels = null } = status ?? {};
  return {
    version: 1,
    type: 'notification',
    event,
    at: new Date(at).toISOString(),
    job,
    run: status?.run ?? null,
    project: status?.publicKey ?? null,
    state: status?.state ?? null,
    exitCode: end?.exitCode ?? null,
    meaning: end?.meaning ?? null,
    reason: reason ?? reasonOf(status, end),
    counts: status === null ? null : { ...status.counts },
    paid: (status?.paid ?? []).map(({ name, spent }) => ({ name, spent })),
    cost: cost === null ? null : { currency: cost.currency, atMost: cost.atMost },
    labels: labels === null ? null : { ...labels },
  };
}

/** Formats a notification as one short text for people. */
export function notificationText(event: NotifyEvent, subject: Subject): string {
  const { job, status, end } = subject;
  const run = status === null ? '' : ` (run ${status.run})`;
  const reason = subject.reason ?? reasonOf(status, end);
  const lines = [
    `ucbulk: ${job} ${WORDS[event]}${run}`,
    ...(event === 'start' || status === null ? [] : [countsText(status)]),
    ...(reason === null ? [] : [reason]),
    ...(end === null || end.exitCode === 0 ? [] : [`exit ${end.exitCode}: ${end.meaning}`]),
  ];
  return lines.join('\n');
}

const WORDS: Readonly<Record<NotifyEvent, string>> = {
  start: 'started',
  success: 'succeeded',
  recovered: 'succeeded again, after a run that did not',
  attention: 'needs a person',
  failure: 'did not succeed',
};

function reasonOf(status: RunStatus | null, end: CommandEnd | null): string | null {
  return end?.error ?? status?.stopReason ?? null;
}

function countsText({ counts }: RunStatus): string {
  const { done, skipped, failed, total } = counts;
  const doubt = counts['in-doubt'] > 0 ? `, ${counts['in-doubt']} in doubt` : '';
  return `${total} items: ${done} done, ${skipped} skipped, ${failed} failed${doubt}`;
}
