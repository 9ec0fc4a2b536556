import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { moneyText, toMoney } from '../../src/core/money.ts';
import type { AuditEntry } from '../../src/emulator/emulator.ts';
import type { RunEnd } from '../../src/run/run-request.ts';
import type { ItemReport } from '../../src/state/run-status.ts';
import {
  copiesAreTheirFiles,
  whatIsDeletedHasItsBackup,
  whatIsDoneHasItsCopy,
  whatIsRestoredIsOneFile,
} from './copies.ts';
import { isStoppedAsBusy } from './life-ends.ts';
import type { Mishap, Schedule } from './schedule.ts';
import type { Seen } from './seen.ts';

/** The end of a run without mishaps in the same world. */
export interface Reference {
  readonly states: ReadonlyMap<string, ItemReport['state']>;
  readonly changed: ReadonlyMap<string, number>;
  readonly requests: number;
}

/** A run that has ended, and its effects at the service. */
export interface Finale {
  readonly schedule: Schedule;
  readonly seen: Seen;
  readonly end: RunEnd;
  readonly items: readonly ItemReport[];
  /** Effects of the run, without those of other people. */
  readonly effects: readonly AuditEntry[];
  /** Items that other people changed. */
  readonly touched: ReadonlySet<string>;
  /** When other people protected an item with a tag, by key; ms since 1970, by the service's clock. */
  readonly protectedAt: ReadonlyMap<string, number>;
  readonly requests: number;
  readonly stateDirectory: string;
  readonly log: readonly string[];
  /** Null for the reference run itself. */
  readonly reference: Reference | null;
}

/** An invariant of a run that has ended. Returns the violations as text; they are reported with its name. */
type EndInvariant = (finale: Finale) => string[];

/** The maximum age of the facts that a delete may use, ms: ten seconds, and the time of two requests. */
const LOOK_AGE_MS = 12_000;

/** Nothing is lost: the ledger has every item of the source exactly once, and each has ended. */
function everySelectedItemEnded({ items, seen, end, touched }: Finale): string[] {
  const keys = new Set(items.map(({ key }) => key));
  const lost = [...seen.keys].filter((key) => !keys.has(key) && !mayBeUnlisted(key, seen, touched));
  const strange = [...keys].filter((key) => !seen.keys.has(key));
  return [
    ...(keys.size === items.length ? [] : ['an item is in the ledger twice']),
    ...lost.map((key) => `item ${key} is not in the ledger`),
    ...strange.map((key) => `item ${key} was not to be selected`),
    ...items
      .filter(({ state }) => OPEN.has(state) && !isStoppedAsBusy(end))
      .map(({ key, state }) => `item ${key} ended as ${state}`),
    ...(end.counts.total === items.length ? [] : ['the counters differ from the items']),
  ];
}

/**
 * True for a file that somebody else changed before it was listed, and for one that was uploaded in the
 * same microsecond: the service's cursor counts such files, and skips one if another leaves the listing
 * (docs/guarantees.md).
 */
function mayBeUnlisted(key: string, { emulator }: Seen, touched: ReadonlySet<string>): boolean {
  const uploadedAt = (uuid: string) =>
    emulator.projects
      .map((project) => project.file(uuid)?.uploadedAt)
      .find((at) => at !== undefined);
  const at = uploadedAt(key);
  return touched.has(key) || [...touched].some((other) => uploadedAt(other) === at);
}

/** Exactly once: no effect changes a file twice, and no input gives two results. */
function nothingHappensTwice({ seen, effects, schedule, touched }: Finale): string[] {
  // By a wrong time that answers agree on, a late effect may not be waited for (docs/guarantees.md).
  if (seen.isRedone || seen.isServiceClockOff) return [];
  // A job that failed or never ends leaves no trace at the file: it may be begun again.
  const leftNothing = /^(failing|canceling|endless)$/.test(schedule.service);
  const isJudged = ({ operation, uuid }: AuditEntry) => {
    // Somebody undid a store or a delete; the repeat of a request whose answer was lost does it again.
    if (['delete', 'store'].includes(operation) && touched.has(uuid)) return false;
    return !leftNothing || !RECORDED.test(operation) || isUndetectable(operation, seen);
  };
  const repeated = [...changes(effects.filter(isJudged))].filter(([, count]) => count > 1);
  return [
    ...repeated.map(([what, count]) => `${what} happened ${count} times`),
    ...seen.emulator.creations.repeated().map(({ operation, input, times }) => {
      return `${operation} of ${input.slice(0, 80)} was made ${times} times`;
    }),
  ];
}

/** Honest outcomes: a done item has its effect. An item with an effect is done, in doubt, or failed in the service. */
function undetectableOutcomesAreHonest({ seen, items, effects, schedule }: Finale): string[] {
  const kinds = new Set<string>(seen.scenario.undetectable ?? []);
  if (kinds.size === 0 || seen.isRedone || schedule.resolve !== null) return [];
  const happened = new Set(
    effects.filter(({ operation }) => kinds.has(operation)).map(({ uuid }) => uuid),
  );
  return items.flatMap(({ key, state, reason, earlierSteps }) => {
    if (state === 'done' && !happened.has(key)) return [`item ${key} is done without its effect`];
    // The effect is that of the first step: a failure at a later one does not deny it.
    const isAtFirst = Object.keys(earlierSteps).length === 0;
    const isDenied = state === 'failed' && isAtFirst && !OF_THE_SERVICE.test(reason ?? '');
    return isDenied && happened.has(key)
      ? [`item ${key} failed (${reason}) and has its effect`]
      : [];
  });
}

/** A full disk alone puts no item in doubt: the reserve takes the records of answers. */
function aFullDiskPutsNothingInDoubt({ end, schedule }: Finale): string[] {
  const isOnlyDisk = schedule.mishaps.every(({ kind }) => kind === 'disk-full');
  const isAlone = isOnlyDisk && fleetTroublesIn(schedule) === 0;
  if (!isAlone || schedule.service !== 'well') return [];
  const inDoubt = end.counts['in-doubt'];
  return inDoubt === 0 ? [] : [`${inDoubt} items are in doubt`];
}

/** Nothing outside the selection changes. */
function nothingElseIsTouched({ seen, effects }: Finale): string[] {
  const wanted = new Set<string>([...seen.scenario.effects, ...(seen.scenario.undetectable ?? [])]);
  const isAboutItems = seen.scenario.steps.length === 1 && seen.scenario.isTagged !== true;
  return effects.flatMap(({ operation, uuid, request }) => {
    if (request === 0) return [];
    if (!wanted.has(operation)) return [`${operation} is no effect of this job`];
    if (!isAboutItems || operation === 'group_create') return [];
    return seen.keys.has(uuid) ? [] : [`${operation} of ${uuid}, which was not selected`];
  });
}

/** An unknown fact never selects: a file is deleted only if its condition is certainly true. */
function whatIsUnknownIsNeverDeleted({ seen, effects }: Finale): string[] {
  return effects
    .filter(({ operation, uuid }) => operation === 'delete' && seen.spared.has(uuid))
    .map(({ uuid }) => `${uuid} was deleted, though the condition does not certainly hold for it`);
}

/** A file that was protected before its last check is not deleted. */
function whatIsProtectedInTimeIsNeverDeleted({ effects, protectedAt }: Finale): string[] {
  return effects.flatMap(({ operation, uuid, at }) => {
    const lateMs = at / 1000 - (protectedAt.get(uuid) ?? Infinity);
    if (operation !== 'delete' || lateMs <= LOOK_AGE_MS) return [];
    return [`${uuid} was deleted ${lateMs} ms after it was protected`];
  });
}

/** The result that the service created for an item belongs to no other item. */
function answersBelongToOneUnit({ seen, items }: Finale): string[] {
  if (seen.scenario.groupSize !== undefined) return [];
  const made = items.flatMap(({ key, state, result }) => {
    const file = result?.['file'] ?? result?.['group'];
    return state === 'done' && typeof file === 'string' ? [{ key, file }] : [];
  });
  const owners = new Map(made.map(({ key, file }) => [file, key]));
  return made
    .filter(({ key, file }) => owners.get(file) !== key || seen.keys.has(file))
    .map(({ key, file }) => `item ${key} is done with ${file}, which is not its own`);
}

/** Groups are as intended: as few as the size allows, each file in one, in order. */
function groupsAreThePartition({ seen, items, schedule, touched }: Finale): string[] {
  const { groupSize } = seen.scenario;
  const isWhole = items.every(({ state }) => state === 'done');
  if (groupSize === undefined || !isWhole || schedule.resolve !== null || touched.size > 0)
    return [];
  const groups = items.map(({ result }) => result?.['group']);
  const wrong = groups.filter((group, place) => {
    const first = groups[place - (place % groupSize)];
    return group !== first || (place % groupSize === 0 && group === groups[place - 1]);
  });
  return wrong.length === 0 ? [] : [`${new Set(groups).size} groups of ${items.length} files`];
}

/** Order: a file that was deleted is never stored again. */
function nothingIsStoredAfterItsDelete({ effects }: Finale): string[] {
  const deleted = new Set<string>();
  return effects.flatMap(({ operation, uuid }) => {
    if (operation === 'delete') deleted.add(uuid);
    return operation === 'store' && deleted.has(uuid)
      ? [`${uuid} was stored after its delete`]
      : [];
  });
}

/** Counters, items and the summary agree. A run whose items all succeeded reports success. */
function booksAgree({ end, items }: Finale): string[] {
  const counts: Record<string, number> = {};
  for (const { state } of items) counts[state] = (counts[state] ?? 0) + 1;
  const wrong = Object.entries(end.counts).filter(([state, count]) => {
    return state !== 'total' && (counts[state] ?? 0) !== count;
  });
  return [
    ...wrong.map(
      ([state, count]) => `${count} ${state} in the summary, ${counts[state] ?? 0} in the ledger`,
    ),
    ...(end.state === 'finished' || end.counts['in-doubt'] > 0 || isStoppedAsBusy(end)
      ? []
      : [`the run ended as ${end.state}`]),
  ];
}

/** Requests of a process before its run has a ledger. If it dies there, they belong to no run. */
const REQUESTS_BEFORE_RUN = 4;

/** The recorded cost is never lower than that of the effects and requests at the service. */
function theCostIsNeverTooLow({ end, effects, requests, schedule }: Finale): string[] {
  if (end.cost === null) return [];
  const priceOf = (name: string) =>
    toMoney(end.cost?.parts.find((part) => part.name === name)?.price ?? '0');
  const bought = effects.filter(({ operation, changed }) => operation === 'remove_bg' && changed);
  const unowned = schedule.mishaps.length * REQUESTS_BEFORE_RUN;
  const real =
    BigInt(bought.length) * priceOf('remove_bg') +
    BigInt(Math.max(0, requests - unowned)) * priceOf('request');
  const recorded = toMoney(end.cost.atMost);
  return recorded >= real ? [] : [`${end.cost.atMost} is recorded, ${moneyText(real)} is real`];
}

/** No secret leaves: not into the ledger, nor its log. */
function secretIsKeptNowhere({ seen, stateDirectory, log }: Finale): string[] {
  const files = readdirSync(stateDirectory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return [
    ...files.filter((path) => readFileSync(path).includes(seen.secret)).map((path) => `in ${path}`),
    ...log.filter((line) => line.includes(seen.secret)).map((line) => `in the log: ${line}`),
  ];
}

/** Whatever happened on the way: the outcomes are those of a run to which nothing happened. */
function outcomesAreThoseOfAQuietRun({
  items,
  reference,
  touched,
  schedule,
  seen,
  end,
}: Finale): string[] {
  if (reference === null || isStoppedAsBusy(end)) return [];
  return items.flatMap(({ key, state, reason }) => {
    const expected = reference.states.get(key);
    if (state === expected || touched.has(key) || isExcused({ state, reason }, schedule, seen))
      return [];
    return [`item ${key} ended as ${state} (${reason}), in a quiet run as ${expected}`];
  });
}

/** If all items are done, every effect of a quiet run exists. */
function doneMeansDone({ items, reference, touched, effects, schedule }: Finale): string[] {
  if (reference === null || touched.size > 0 || schedule.resolve !== null) return [];
  if (items.some(({ state }) => state !== 'done')) return [];
  const changed = countBy(
    effects.filter((effect) => effect.changed),
    ({ operation }) => operation,
  );
  return [...reference.changed].flatMap(([operation, count]) => {
    const here = changed.get(operation) ?? 0;
    return here >= count ? [] : [`${here} effects of ${operation}, in a quiet run ${count}`];
  });
}

/** A run with sweeps knows what is missing at its end. */
function sweepsKnowWhatIsMissing({ seen, end, items, touched, effects }: Finale): string[] {
  const { sweeps, steps } = seen.scenario;
  if (sweeps === undefined || end.state !== 'finished') return [];
  if (end.verified === null) return ['there was no comparison'];
  const late = end.verified.no > sweeps + 1 ? [`${end.verified.no} comparisons`] : [];
  const open = end.verified.reopened > 0 ? ['the last sweep has no comparison'] : [];
  const [effect] = seen.scenario.effects;
  if (touched.size > 0 || seen.scenario.undetectable !== undefined) return [...late, ...open];
  const changed = new Set(
    effects.filter(({ operation }) => operation === effect).map(({ uuid }) => uuid),
  );
  const missing = items.filter(({ key, state }) => state === 'done' && !changed.has(key)).length;
  const { different } = end.verified;
  const unknown = different === missing ? [] : [`${missing} missing, ${different} reported`];
  // A single step that a sweep may repeat is repeated until the service obeys.
  const left = steps.length === 1 && missing > 0 ? [`${missing} effects are missing`] : [];
  return [...late, ...open, ...unknown, ...left];
}

/** The number of requests is proportional to the mishaps: nothing repeats forever. */
function requestsStayInProportion({
  requests,
  reference,
  schedule,
  items,
  seen,
}: Finale): string[] {
  if (reference === null || schedule.throttle !== null) return [];
  // What does not end is asked about for a day, and what ended before it began by our clock for ten minutes.
  if (schedule.service === 'endless' || seen.isClockOff) return [];
  const trouble = schedule.mishaps.reduce((sum, mishap) => sum + weightOf(mishap), 0);
  const most = reference.requests * 2 + trouble * (12 + items.length) + items.length * 20 + 20;
  return requests <= most ? [] : [`${requests} requests; a quiet run has ${reference.requests}`];
}

/** Checked when a run has ended. */
export const END_INVARIANTS: readonly EndInvariant[] = [
  everySelectedItemEnded,
  nothingHappensTwice,
  undetectableOutcomesAreHonest,
  aFullDiskPutsNothingInDoubt,
  nothingElseIsTouched,
  whatIsUnknownIsNeverDeleted,
  whatIsProtectedInTimeIsNeverDeleted,
  copiesAreTheirFiles,
  whatIsDoneHasItsCopy,
  whatIsDeletedHasItsBackup,
  whatIsRestoredIsOneFile,
  answersBelongToOneUnit,
  groupsAreThePartition,
  nothingIsStoredAfterItsDelete,
  booksAgree,
  theCostIsNeverTooLow,
  secretIsKeptNowhere,
  outcomesAreThoseOfAQuietRun,
  doneMeansDone,
  sweepsKnowWhatIsMissing,
  requestsStayInProportion,
];

/** Number of changes, by effect, file and detail. */
function changes(effects: readonly AuditEntry[]): Map<string, number> {
  return countBy(
    effects.filter(({ changed }) => changed),
    ({ operation, uuid, detail }) =>
      `${operation} of ${uuid}${detail === null ? '' : ` (${detail})`}`,
  );
}

/** Number of changes, by operation. */
export function changedByOperation(effects: readonly AuditEntry[]): Map<string, number> {
  return countBy(
    effects.filter(({ changed }) => changed),
    ({ operation }) => operation,
  );
}

function countBy<Value>(values: readonly Value[], nameOf: (value: Value) => string) {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(nameOf(value), (counts.get(nameOf(value)) ?? 0) + 1);
  return counts;
}

function isUndetectable(operation: string, { scenario }: Seen): boolean {
  return (scenario.undetectable ?? []).some((effect) => effect === operation);
}

/** Remote jobs that leave a record at the file and may run again. A conversion to pages does. */
const RECORDED = /^(uc_clamav_|aws_|convert_document)/;
const OPEN: ReadonlySet<string> = new Set(['pending', 'running', 'waiting']);
/** Failures of a remote job that had started. */
const OF_THE_SERVICE = /^(addon_error|conversion_failed|conversion_canceled|token_lost)$/;
/** Outcomes after a decision of a person: skipped as already done, or done without the file of the next step. */
const AFTER_A_WORD = {
  skip: /^skipped/,
  redo: /^skipped done before$/,
  done: /^(failed no_file|skipped chosen)$/,
};
/** After this many failures, any item may fail. */
const ATTEMPTS = 8;

/** Reasons of items whose answer named a file of another item. */
const FOREIGN = /^(answer_of_another|answer_names_older_file)$/;

function isAnswerOfAnother(mishap: Mishap): boolean {
  return mishap.kind === 'fault' && mishap.fault === 'answer-of-another';
}

/** True if the schedule allows another outcome than in a quiet run. */
function isExcused(
  { state, reason }: Pick<ItemReport, 'state' | 'reason'>,
  schedule: Schedule,
  seen: Seen,
): boolean {
  const { mishaps, service, resolve } = schedule;
  if (state === 'in-doubt') return isHonestDoubt(reason, schedule, seen);
  if (resolve !== null && AFTER_A_WORD[resolve].test(`${state} ${reason}`)) return true;
  // Where a later step went on after it, the item has no reason of its own.
  if (state === 'failed' && (reason === null || OF_THE_SERVICE.test(reason)))
    return service !== 'well';
  // A file of ours that can't be read is told at once: nothing was sent.
  if (state === 'failed' && reason === 'unreadable')
    return mishaps.some(({ kind }) => kind === 'file-error');
  if (state === 'failed' && isHonestOfStorage(reason, schedule, seen)) return true;
  return state === 'failed' && reason === 'gave_up' && failuresIn(schedule) >= ATTEMPTS;
}

/** True for a failure of the CDN or of a bucket that the schedule allows. */
function isHonestOfStorage(reason: string | null, { mishaps }: Schedule, seen: Seen): boolean {
  // A URL that was signed by a wrong time is not valid yet, or not any more.
  if (reason === 'DownloadFileHTTPClientError') return seen.isServiceClockOff;
  // The CDN has no keys that could be wrong for all files, so a refusal is about one file.
  const isRefusal = (mishap: Mishap) => mishap.kind === 'fault' && mishap.fault === 'unauthorized';
  return reason === 'cdn_401' && mishaps.some(isRefusal);
}

function isHonestDoubt(reason: string | null, schedule: Schedule, seen: Seen): boolean {
  const { scenario } = seen;
  const { mishaps, service } = schedule;
  const hasTrouble = mishaps.length + fleetTroublesIn(schedule) > 0;
  // By a wrong time that answers agree on, what was just made looks older than its request.
  if (reason === 'answer_names_older_file' && seen.isServiceClockOff) return true;
  if (FOREIGN.test(reason ?? '')) return mishaps.some(isAnswerOfAnother);
  const isHonest = (scenario.undetectable ?? []).length > 0 && hasTrouble;
  if (isHonest || service === 'losing' || service === 'endless') return true;
  return failuresIn(schedule) >= ATTEMPTS;
}

function failuresIn(schedule: Schedule): number {
  const ofRun = schedule.mishaps.reduce((sum, mishap) => sum + weightOf(mishap), 0);
  return ofRun + fleetTroublesIn(schedule);
}

/** Number of events that may end the call of a worker. If messages are lost, any call may end. */
function fleetTroublesIn({ fleet }: Schedule): number {
  if (fleet === undefined) return 0;
  return fleet.events.length + (fleet.loss > 0 ? ATTEMPTS : 0);
}

function weightOf(mishap: Mishap): number {
  return mishap.kind === 'fault' ? (mishap.times ?? 1) : 1;
}
