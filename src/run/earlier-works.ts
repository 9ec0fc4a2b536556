import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Files } from '../core/world.ts';
import type { Job } from '../job/job-schema.ts';
import type { Step } from '../job/step-schemas.ts';
import { workOf } from '../job/step-work.ts';
import { WorkReader } from '../ledger/work-reader.ts';
import type { WorkKey, WorkStanding } from '../ledger/work-table.ts';
import { listedRuns } from './find-run.ts';
import type { Connection } from './run-request.ts';
import type { StatePaths } from './state-paths.ts';
import { storedJob } from './stored-job.ts';

/** Work that another run did, or may have done. */
export interface EarlierWork {
  readonly run: RunId;
  readonly standing: WorkStanding & { readonly kind: 'done' | 'open' | 'in-doubt' };
}

/** The works of the other runs of a project, looked up a window at a time in ledgers of any size. */
export interface EarlierWorks {
  /** By file, what the newest run that knows of it did of what a step of this job does. */
  find(step: number, files: readonly string[]): ReadonlyMap<string, EarlierWork>;
  close(): void;
}

/** Where to look, and for whom. */
export interface EarlierWorksPlace {
  readonly job: Job;
  readonly paths: StatePaths;
  readonly files: Files;
  readonly connection: Pick<Connection, 'publicKey' | 'restOrigin'>;
  /** This run, which is not an earlier one. */
  readonly run: RunId;
}

interface KnownRun {
  readonly run: RunId;
  readonly path: string;
  /** Which of its steps does which work first. */
  readonly places: ReadonlyMap<string, number>;
}

/** Ledgers that are open at once: each is a file handle and some memory. */
const MOST_OPEN = 16;

/**
 * Finds the ledgers that may tell of work this job must not pay for again. One that can't be read
 * stops the run before anything is sent: what it does not tell might be paid for twice.
 */
export async function findEarlierWorks(place: EarlierWorksPlace): Promise<EarlierWorks> {
  const works = place.job.steps.map((step) =>
    skipsDone(step) ? workIn(place.job, step, place.connection.publicKey) : null,
  );
  const wanted = new Set(works.filter((work) => work !== null));
  const runs: KnownRun[] = [];
  if (wanted.size > 0) {
    for (const run of await listedRuns(place.paths, place.files)) {
      const known = run === place.run ? null : readKnown(run, wanted, place);
      if (known !== null) runs.push(known);
    }
  }
  return createFinder(works, runs);
}

/** True where files that the step was done to before are skipped. */
export function skipsDone(step: Step): boolean {
  return 'skipIfDone' in step && step.skipIfDone;
}

/** The work of a step, with its project by public key: names of projects are a job's own. */
function workIn({ projects }: Job, step: Step, publicKey: string): string | null {
  const key = step.project === undefined ? publicKey : projects?.[step.project]?.publicKey.key;
  return workOf(step, key ?? '');
}

function readKnown(
  run: RunId,
  wanted: ReadonlySet<string>,
  { paths, connection }: EarlierWorksPlace,
): KnownRun | null {
  const path = paths.ledger(run);
  const reader = readable(path, run, () => WorkReader.open(path));
  try {
    const record = readable(path, run, () => reader.run.find());
    // Without its row a run never began.
    if (record?.restOrigin !== connection.restOrigin) return null;
    const job = storedJob(record);
    const places = new Map<string, number>();
    for (const [place, step] of job.steps.entries()) {
      const work = workIn(job, step, record.publicKey);
      if (work !== null && wanted.has(work) && !places.has(work)) places.set(work, place);
    }
    return places.size === 0 ? null : { run, path, places };
  } finally {
    reader.close();
  }
}

function createFinder(works: readonly (string | null)[], runs: readonly KnownRun[]): EarlierWorks {
  const open = new Map<string, WorkReader>();
  const close = (): void => {
    for (const reader of open.values()) reader.close();
    open.clear();
  };
  const readerOf = ({ path, run }: KnownRun): WorkReader => {
    const known = open.get(path);
    if (known !== undefined) return known;
    if (open.size >= MOST_OPEN) close();
    const reader = readable(path, run, () => WorkReader.open(path));
    open.set(path, reader);
    return reader;
  };
  const standingIn = (known: KnownRun, key: WorkKey): WorkStanding | null =>
    readable(known.path, known.run, () => readerOf(known).standing(key));
  return {
    find(step, files) {
      const found = new Map<string, EarlierWork>();
      const work = works[step] ?? '';
      for (const known of runs.filter(({ places }) => places.has(work))) {
        const place = known.places.get(work) ?? 0;
        for (const file of files.filter((other) => !found.has(other))) {
          const standing = standingIn(known, { work: place, file });
          if (standing !== null && isWork(standing)) found.set(file, { run: known.run, standing });
        }
      }
      return found;
    },
    close,
  };
}

function isWork(standing: WorkStanding): standing is EarlierWork['standing'] {
  return standing.kind !== 'claimed' && standing.kind !== 'not-done';
}

function readable<Result>(path: string, run: RunId, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw unreadable(path, run, error);
  }
}

function unreadable(path: string, run: RunId, cause: unknown): UserError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `Run ${run} may have paid for what this job is about to do, but its ledger can't be read: ${why} Nothing is paid for while that is not known. Restore ${path}, or move it away and take it that it did nothing, or say \`skipIfDone: false\` to pay again.`;
  return new UserError('configuration', message, { cause });
}
