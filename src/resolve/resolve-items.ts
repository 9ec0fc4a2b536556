import { parseFileUuid } from '../core/file-uuid.ts';
import type { ItemKey } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import { withCleanup } from '../core/with-cleanup.ts';
import type { World } from '../core/world.ts';
import { finalTargets } from '../engine/journal/result-records.ts';
import type { Job } from '../job/job-schema.ts';
import { makerIndex } from '../job/step-schemas.ts';
import type { ClaimedItem } from '../ledger/item-row.ts';
import { Ledger } from '../ledger/ledger.ts';
import { LedgerReader } from '../ledger/ledger-reader.ts';
import { storedProjects } from '../run/job-projects.ts';
import { findRun } from '../state/find-run.ts';
import { takeRunLocks } from '../state/run-locks.ts';
import { createStateDirectory } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';
import { findAppliedDecisions } from './applied-decisions.ts';
import { findAdoptionFaults } from './check-adopted.ts';
import type { Decision, Resolution } from './resolution.ts';

/** The decisions to apply to a run. */
export interface ResolveRequest {
  readonly run: RunId;
  /** One resolution for all items in doubt, or a decision for each item. */
  readonly decisions: Resolution | readonly Decision[];
}

/** Number of items for each resolution. `unchanged`: decisions that were already applied, and changed nothing. */
export type ResolvedCounts = Readonly<Record<Resolution['as'] | 'unchanged', number>>;

const WINDOW = 1000;
const MAX_SHOWN = 20;

/**
 * Applies decisions about items in doubt; returns the counts. Sends nothing: `resume` continues with
 * the items. Checks all decisions first. If one is invalid, it throws a `UserError` and changes
 * nothing: an item that is not in doubt and did not get this decision before, or a `done` without
 * the file that a later step needs.
 */
export function resolveItems(
  stateDirectory: string,
  request: ResolveRequest,
  world: World,
): Promise<ResolvedCounts> {
  return withCleanup(async (defer) => {
    const paths = await createStateDirectory(stateDirectory, world.files);
    const run = await findRun(paths, world.files, request.run);
    const projects = readProjects(paths.ledger(run));
    const { signal } = new AbortController();
    const report = () => undefined;
    const lock = { paths, run, world, onConflict: 'fail', signal, report, defer } as const;
    await takeRunLocks({ ...lock, projects, onOpen: undefined });
    // Opening may migrate the ledger, so this process must hold the run.
    const ledger = Ledger.open(paths.ledger(run), { clock: world.clock });
    defer(() => ledger.close());
    const record = ledger.run.get();
    const job = storedJob(record);
    const counts = { done: 0, redo: 0, skip: 0, adopt: 0, unchanged: 0 };
    ledger.transaction(() => {
      const doubtful = itemsInDoubt(ledger, job.steps.length);
      const { decisions, unchanged } = removeApplied(
        doubtful,
        request.decisions,
        paths.ledger(run),
      );
      counts.unchanged = unchanged;
      const chosen = matchItems(doubtful, decisions);
      throwIfAny(findMissingFiles(chosen, job));
      throwIfAny(checkAdoptions(chosen, job, { ...record, path: paths.ledger(run) }));
      throwIfAny(findTakenFiles(chosen, ledger));
      for (const { item, resolution } of chosen) {
        applyResolution(
          ledger,
          { item, steps: job.steps.length, now: world.clock.now() },
          resolution,
        );
        counts[resolution.as] += 1;
      }
    });
    return counts;
  });
}

/** Reads the projects of a run without changing its ledger. */
function readProjects(path: string) {
  const reader = LedgerReader.open(path);
  try {
    const record = reader.begun();
    return storedProjects(record.publicKey, storedJob(record));
  } finally {
    reader.close();
  }
}

interface DoubtfulItem extends ClaimedItem {
  readonly step: number;
}

/** A decision with its item; the item is null if it is not in doubt. */
interface Chosen<Found> {
  readonly item: Found;
  readonly key: ItemKey;
  readonly resolution: Resolution;
  readonly place: string;
}

function itemsInDoubt(ledger: Ledger, steps: number): DoubtfulItem[] {
  const found: DoubtfulItem[] = [];
  for (let step = 0; step < steps; step += 1) {
    let after = 0;
    let page = ledger.items.inDoubt(step, { after, limit: WINDOW });
    while (page.length > 0) {
      found.push(...page.map((item) => ({ ...item, step })));
      after = page.at(-1)?.seq ?? after;
      page = ledger.items.inDoubt(step, { after, limit: WINDOW });
    }
  }
  return found;
}

/** Removes decisions that were already applied. */
function removeApplied(
  doubtful: readonly DoubtfulItem[],
  decisions: ResolveRequest['decisions'],
  path: string,
): Pick<ResolveRequest, 'decisions'> & { readonly unchanged: number } {
  if ('as' in decisions) return { decisions, unchanged: 0 };
  const open = new Set(doubtful.map(({ key }) => key));
  const asked = decisions.filter(({ item }) => !open.has(item));
  const before = findAppliedDecisions(path, asked);
  return {
    decisions: decisions.filter((decision) => !before.has(decision)),
    unchanged: before.size,
  };
}

function matchItems(
  doubtful: readonly DoubtfulItem[],
  decisions: ResolveRequest['decisions'],
): Chosen<DoubtfulItem>[] {
  if ('as' in decisions) {
    return doubtful.map((item) => {
      return { item, key: item.key, resolution: decisions, place: '' };
    });
  }
  const byKey = new Map(doubtful.map((item) => [item.key, item]));
  const chosen = decisions.map(({ item: key, ...decision }) => {
    return { ...decision, key, item: byKey.get(key) ?? null };
  });
  throwIfAny(
    chosen
      .filter(({ item }) => item === null)
      .map((decision) => describeFault(decision, 'is not in doubt in this run')),
  );
  return chosen.filter((decision): decision is Chosen<DoubtfulItem> => decision.item !== null);
}

/** Finds each `done` without a file at a step whose file a later step needs. */
function findMissingFiles(chosen: readonly Chosen<DoubtfulItem>[], { steps }: Job): string[] {
  const neededBy = steps.map((_, index) =>
    steps.find((later) => makerIndex(later, steps) === index),
  );
  return chosen.flatMap((decision) => {
    const later = neededBy[decision.item.step];
    if (decision.resolution.as !== 'done' || later === undefined) return [];
    return [
      describeFault(
        decision,
        `can't be \`done\` without its file: step ${later.id} acts on the file that was made. Use --as adopt with its UUID, or --as skip`,
      ),
    ];
  });
}

function checkAdoptions(
  chosen: readonly Chosen<DoubtfulItem>[],
  { steps }: Job,
  run: { readonly path: string; readonly publicKey: string },
): string[] {
  const adoptions = chosen.flatMap((decision) => {
    const step = steps[decision.item.step];
    const { resolution } = decision;
    if (resolution.as !== 'adopt' || step === undefined) return [];
    return [{ decision, adoption: { step, file: resolution.file } }];
  });
  const faults = findAdoptionFaults(
    adoptions.map(({ adoption }) => adoption),
    run,
  );
  return adoptions.flatMap(({ decision }, index) => {
    const fault = faults[index] ?? null;
    return fault === null ? [] : [describeFault(decision, fault)];
  });
}

/** Finds adopted files that the service named for another item. */
function findTakenFiles(chosen: readonly Chosen<DoubtfulItem>[], { answers }: Ledger): string[] {
  return chosen.flatMap((decision) => {
    const { item, resolution } = decision;
    if (resolution.as !== 'adopt') return [];
    const owner = answers.owner({ space: 'file', id: parseFileUuid(resolution.file) });
    if (owner === null || owner.item === item.seq) return [];
    return [
      describeFault(
        decision,
        `can't adopt ${resolution.file}: the service named it for item ${owner.item}`,
      ),
    ];
  });
}

function describeFault({ key, place }: { key: ItemKey; place: string }, fault: string): string {
  return `${place === '' ? '' : `${place}: `}${JSON.stringify(key.slice(0, 100))} ${fault}`;
}

function throwIfAny(faults: readonly string[]): void {
  if (faults.length > 0) throw badDecisions(faults);
}

/** The error for invalid decisions, each with its position. */
export function badDecisions(faults: readonly string[]): UserError {
  const shown = faults.slice(0, MAX_SHOWN);
  const more = faults.length > shown.length ? `\n… and ${faults.length - shown.length} more` : '';
  return new UserError(
    'usage',
    `${shown.join('\n')}${more}\nNothing was changed. \`ucbulk items RUN --state in-doubt\` lists the items in doubt.`,
  );
}

function applyResolution(
  ledger: Ledger,
  { item, steps, now }: { item: DoubtfulItem; steps: number; now: number },
  resolution: Resolution,
): void {
  const { seq, step } = item;
  const move = { seqs: [seq], step, from: 'in-doubt', openSends: 'clear' } as const;
  if (resolution.as === 'redo') {
    ledger.items.moveItems({ ...move, to: 'pending' });
    ledger.outcomes.remove(seq, step);
    ledger.transfers.forgetAnswer(seq);
    return;
  }
  const isSkip = resolution.as === 'skip';
  const targets =
    isSkip || step + 1 === steps
      ? finalTargets([seq], isSkip ? 'skipped' : 'done', ledger)
      : [{ to: 'pending', toStep: step + 1 } as const];
  for (const target of targets) ledger.items.moveItems({ ...move, ...target });
  ledger.transfers.end(seq);
  const result: JsonObject | null = resolution.as === 'adopt' ? { file: resolution.file } : null;
  if (resolution.as === 'adopt') {
    const name = { space: 'file', id: parseFileUuid(resolution.file) };
    ledger.answers.take(name, { item: seq, step, work: null });
  }
  ledger.outcomes.put({
    item: seq,
    step,
    state: isSkip ? 'skipped' : 'done',
    reason: isSkip ? 'chosen' : null,
    message: null,
    requestId: null,
    result,
    at: now,
  });
}
