import type { Connection } from '../core/connection.ts';
import { canceled } from '../core/failure.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import { type WaitEvent, WaitReporter } from '../core/wait.ts';
import type { Clock } from '../core/world.ts';
import type { Job } from '../job/job-schema.ts';
import type { Step } from '../job/step-schemas.ts';
import { workOf } from '../job/step-work.ts';
import type { Catalog } from '../ledger/catalog.ts';
import { runExclusively } from '../ledger/claim-turn.ts';
import { LedgerShelf, type OtherWork } from './ledger-shelf.ts';
import type { StatePaths } from './state-paths.ts';

/** The works of the other runs of a project, looked up in ledgers of any size. */
export interface OtherWorks {
  /**
   * By file, what the newest run that knows of it did or does of what a step of this job does. Work
   * of runs that ended before `since` (server time, ms; null: from the beginning) is left out. Looks
   * at every ledger as it is now, also at those that were not there before.
   */
  find(
    step: number,
    files: readonly string[],
    since: number | null,
  ): ReadonlyMap<string, OtherWork>;
  /** Runs `claim` while no other run of the state directory claims; it must not wait. */
  inTurn<Result>(claim: () => Result, signal: AbortSignal): Promise<Result>;
  close(): void;
}

/** Where to look, and for whom. */
export interface OtherWorksPlace {
  readonly job: Job;
  readonly paths: StatePaths;
  readonly clock: Clock;
  readonly catalog: Catalog;
  readonly connection: Pick<Connection, 'publicKey' | 'restOrigin'>;
  /** This run, which is no other one. */
  readonly run: RunId;
  /** Takes the waits for a turn. */
  readonly listener: (event: WaitEvent) => void;
}

const ASK_AGAIN_MS = 500;
/** A turn that is not free for so long is reported as a wait, ms. */
const SHORT_TURN_MS = 2000;
/** A turn takes milliseconds: whoever has it for longer is stopped, or is no run. */
const MAX_TURN_MS = 60_000;

/**
 * Opens the ledgers that may tell of work this job must not pay for again. Throws before anything
 * is sent if one of them can't be read, or if the catalog can't be used.
 */
export function openOtherWorks(place: OtherWorksPlace): OtherWorks {
  const { job, paths, catalog, connection } = place;
  const works = job.steps.map((step) => workIn(job, step, connection.publicKey));
  const wanted = new Set(works.filter((work) => work !== null));
  const isAnySkipped = job.steps.some(skipsDone);
  if (wanted.size > 0 && catalog.trouble !== null) throw unusableCatalog(paths, catalog.trouble);
  const shelf = new LedgerShelf({ ...place, wanted, mustRead: isAnySkipped, workIn });
  if (wanted.size > 0) shelf.refresh();
  return {
    find(step, files, since) {
      const work = works[step] ?? null;
      return work === null ? new Map() : findIn(shelf, { work, files, since });
    },
    inTurn: (claim, signal) => waitForTurn(claim, signal, place),
    close: () => shelf.close(),
  };
}

async function waitForTurn<Result>(
  claim: () => Result,
  signal: AbortSignal,
  { paths, clock, listener }: OtherWorksPlace,
): Promise<Result> {
  const startedAt = clock.monotonic();
  const reporter = new WaitReporter('claims', clock, listener);
  const reason = `waiting for another process that holds ${paths.claimsLock}`;
  try {
    for (;;) {
      if (signal.aborted) throw canceled('The run is stopping');
      const turn = runExclusively(paths.claimsLock, claim);
      if (turn !== null) return turn.result;
      const waitedMs = clock.monotonic() - startedAt;
      if (waitedMs > MAX_TURN_MS) throw turnNeverFree(paths.claimsLock);
      if (waitedMs > SHORT_TURN_MS) reporter.begin(null, { kind: 'lock', reason });
      await clock.sleep(ASK_AGAIN_MS, signal);
    }
  } finally {
    reporter.end();
  }
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

function findIn(
  shelf: LedgerShelf,
  wanted: { work: string; files: readonly string[]; since: number | null },
): Map<string, OtherWork> {
  const { work, since } = wanted;
  const found = new Map<string, OtherWork>();
  shelf.refresh();
  for (const ledger of shelf.ledgersWith(work)) {
    for (const file of wanted.files) {
      if (found.has(file)) continue;
      const other = ledger.look(file, since);
      if (other !== null) found.set(file, other);
    }
  }
  return found;
}

function unusableCatalog({ catalog }: StatePaths, why: string): UserError {
  return new UserError(
    'configuration',
    `The catalog ${catalog} can't be used: ${why} This job pays for its files, and runs that pay must go by the same catalog. Nothing was sent. Update ucbulk, or wait until no other program has the file open, or move the file away: the ledgers hold what was paid for, and a new catalog is made.`,
  );
}

function turnNeverFree(path: string): UserError {
  return new UserError(
    'configuration',
    `Another process has held ${path} for ${MAX_TURN_MS / 1000} s, so this run can't claim what it would pay for. Nothing was sent without its claim. Stop that process, or let it continue, then resume.`,
  );
}
