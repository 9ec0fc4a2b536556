import { parseFileUuid } from '../core/file-uuid.ts';
import type { ItemKey } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import { withCleanup } from '../core/with-cleanup.ts';
import type { World } from '../core/world.ts';
import { finalTargets } from '../engine/journal/result-records.ts';
import type { Job } from '../job/job-schema.ts';
import { makerOf } from '../job/step-schemas.ts';
import type { ClaimedItem } from '../ledger/item-row.ts';
import { Ledger } from '../ledger/ledger.ts';
import { keptProjects } from '../run/job-projects.ts';
import { findRun } from '../state/find-run.ts';
import { takeRunLocks } from '../state/run-locks.ts';
import { makeStateDirectory } from '../state/state-paths.ts';
import { storedJob } from '../state/stored-job.ts';
import { saidBefore } from './applied-decisions.ts';
import { adoptionFaults } from './check-adopted.ts';
import type { Decision, Resolution } from './resolution.ts';

/** What the word was given on. */
export interface ResolveRequest {
  readonly run: RunId;
  /** One word on all that is in doubt, or one for each item. */
  readonly decisions: Resolution | readonly Decision[];
}

/** How many items were resolved as what; `unchanged`: words that had been taken before, and changed nothing. */
export type ResolvedCounts = Readonly<Record<Resolution['as'] | 'unchanged', number>>;

const WINDOW = 1000;
const MAX_TOLD = 20;

/**
 * Ends the doubt about items; gives how many. Nothing is sent: `resume` goes on with them. All
 * words are checked first, and one that can't be taken (an item that is not in doubt, and did not
 * get this word before; a `done` without the file that a later step needs) is an error: then nothing
 * is changed.
 */
export function resolveItems(
  stateDirectory: string,
  request: ResolveRequest,
  world: World,
): Promise<ResolvedCounts> {
  return withCleanup(async (defer) => {
    const paths = await makeStateDirectory(stateDirectory, world.files);
    const run = await findRun(paths, world.files, request.run);
    const ledger = Ledger.open(paths.ledger(run), { clock: world.clock });
    defer(() => ledger.close());
    const record = ledger.run.get();
    const job = storedJob(record);
    const projects = keptProjects(record.publicKey, job);
    const { signal } = new AbortController();
    const tell = () => undefined;
    const lock = { paths, run, world, onConflict: 'fail', signal, tell, defer } as const;
    await takeRunLocks({ ...lock, projects, onOpen: undefined });
    const counts = { done: 0, redo: 0, skip: 0, adopt: 0, unchanged: 0 };
    ledger.transaction(() => {
      const doubtful = itemsInDoubt(ledger, job.steps.length);
      const { decisions, unchanged } = newWords(doubtful, request.decisions, paths.ledger(run));
      counts.unchanged = unchanged;
      const chosen = choose(doubtful, decisions);
      refuseFaults(faultsOf(chosen, job));
      refuseFaults(faultsOfAdoptions(chosen, job, { ...record, path: paths.ledger(run) }));
      refuseFaults(takenElsewhere(chosen, ledger));
      for (const { item, resolution } of chosen) {
        settle(ledger, { item, steps: job.steps.length, now: world.clock.now() }, resolution);
        counts[resolution.as] += 1;
      }
    });
    return counts;
  });
}

interface DoubtfulItem extends ClaimedItem {
  readonly step: number;
}

/** A word with the item it is on; null where that is not in doubt. */
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

/** The words without those that were taken before. */
function newWords(
  doubtful: readonly DoubtfulItem[],
  decisions: ResolveRequest['decisions'],
  path: string,
): Pick<ResolveRequest, 'decisions'> & { readonly unchanged: number } {
  if ('as' in decisions) return { decisions, unchanged: 0 };
  const open = new Set(doubtful.map(({ key }) => key));
  const asked = decisions.filter(({ item }) => !open.has(item));
  const before = saidBefore(path, asked);
  return { decisions: decisions.filter((word) => !before.has(word)), unchanged: before.size };
}

function choose(
  doubtful: readonly DoubtfulItem[],
  decisions: ResolveRequest['decisions'],
): Chosen<DoubtfulItem>[] {
  if ('as' in decisions) {
    return doubtful.map((item) => {
      return { item, key: item.key, resolution: decisions, place: '' };
    });
  }
  const byKey = new Map(doubtful.map((item) => [item.key, item]));
  const chosen = decisions.map(({ item: key, ...word }) => {
    return { ...word, key, item: byKey.get(key) ?? null };
  });
  refuseFaults(
    chosen
      .filter(({ item }) => item === null)
      .map((word) => at(word, 'is not in doubt in this run')),
  );
  return chosen.filter((word): word is Chosen<DoubtfulItem> => word.item !== null);
}

/** A step whose file a later one acts on can't be taken as done without that file. */
function faultsOf(chosen: readonly Chosen<DoubtfulItem>[], { steps }: Job): string[] {
  const neededBy = steps.map((_, place) => steps.find((later) => makerOf(later, steps) === place));
  return chosen.flatMap((word) => {
    const later = neededBy[word.item.step];
    if (word.resolution.as !== 'done' || later === undefined) return [];
    return [
      at(
        word,
        `can't be \`done\` without its file: step ${later.id} acts on the file that was made. Say --as adopt with its UUID, or skip`,
      ),
    ];
  });
}

function faultsOfAdoptions(
  chosen: readonly Chosen<DoubtfulItem>[],
  { steps }: Job,
  run: { readonly path: string; readonly publicKey: string },
): string[] {
  const words = chosen.flatMap((word) => {
    const step = steps[word.item.step];
    const { resolution } = word;
    if (resolution.as !== 'adopt' || step === undefined) return [];
    return [{ word, adoption: { step, file: resolution.file } }];
  });
  const faults = adoptionFaults(
    words.map(({ adoption }) => adoption),
    run,
  );
  return words.flatMap(({ word }, place) => {
    const fault = faults[place] ?? null;
    return fault === null ? [] : [at(word, fault)];
  });
}

/** A file that the service named for another item is not this one's either. */
function takenElsewhere(chosen: readonly Chosen<DoubtfulItem>[], { answers }: Ledger): string[] {
  return chosen.flatMap((word) => {
    const { item, resolution } = word;
    if (resolution.as !== 'adopt') return [];
    const owner = answers.owner({ space: 'file', id: parseFileUuid(resolution.file) });
    if (owner === null || owner.item === item.seq) return [];
    return [
      at(word, `can't adopt ${resolution.file}: the service named it for item ${owner.item}`),
    ];
  });
}

function at({ key, place }: { key: ItemKey; place: string }, words: string): string {
  return `${place === '' ? '' : `${place}: `}${JSON.stringify(key.slice(0, 100))} ${words}`;
}

function refuseFaults(faults: readonly string[]): void {
  if (faults.length > 0) throw badDecisions(faults);
}

/** The error of words that can't be taken, each with its place. */
export function badDecisions(faults: readonly string[]): UserError {
  const told = faults.slice(0, MAX_TOLD);
  const more = faults.length > told.length ? `\n… and ${faults.length - told.length} more` : '';
  return new UserError(
    'usage',
    `${told.join('\n')}${more}\nNothing was changed. \`ucbulk items RUN --state in-doubt\` lists what is in doubt.`,
  );
}

function settle(
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
