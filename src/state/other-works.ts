import type { Connection } from '../core/connection.ts';
import { canceled } from '../core/failure.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import { type WaitEvent, WaitReporter } from '../core/wait.ts';
import type { Clock } from '../core/world.ts';
import type { Job } from '../job/job-schema.ts';
import type { Step } from '../job/step-schemas.ts';
import { isDoneOnce, skipsCompletedWork } from '../job/step-work.ts';
import { formatWorkOfJob } from '../job/work-of-job.ts';
import type { Catalog } from '../ledger/catalog.ts';
import { runExclusively } from '../ledger/claim-turn.ts';
import { LedgersOfOthers, type OtherWork } from './ledgers-of-others.ts';
import type { StatePaths } from './state-paths.ts';

/** Finds the work of other runs in their ledgers. */
export interface OtherWorks {
  /**
   * Finds what other runs did about the work of a step of this job. Returns at most one entry per file, from
   * the newest run that has one. Ignores work of runs that ended before `since` (server time, ms; null for no
   * limit). Each call also reads ledgers that were created since the last call.
   */
  find(
    step: number,
    files: readonly string[],
    since: number | null,
  ): ReadonlyMap<string, OtherWork>;
  /**
   * Runs `claim` while this process holds the lock on claims, so that no other run can claim work. `claim`
   * must be synchronous.
   */
  inTurn<Result>(claim: () => Result, signal: AbortSignal): Promise<Result>;
  close(): void;
}

/** Options of `openOtherWorks`. */
export interface OtherWorksOptions {
  readonly job: Job;
  readonly paths: StatePaths;
  readonly clock: Clock;
  readonly catalog: Catalog;
  readonly connection: Pick<Connection, 'publicKey' | 'restOrigin'>;
  /** The current run. Its own ledger is not searched. */
  readonly run: RunId;
  /** Receives events about waits for the lock on claims. */
  readonly listener: (event: WaitEvent) => void;
}

const RETRY_MS = 500;
/** If this run waits longer than this for the lock, it reports the wait, ms. */
const UNREPORTED_WAIT_MS = 2000;
/**
 * Maximum wait for the lock, ms. A run holds the lock only for some milliseconds. If a process holds it for
 * longer, that process is suspended, or it is not a run of ucbulk.
 */
const MAX_WAIT_MS = 60_000;

/**
 * Opens the ledgers of other runs, for a job that must not pay again for their work. Before any request is
 * sent, throws a `UserError` if a ledger can't be read or if the catalog can't be used.
 */
export function openOtherWorks(options: OtherWorksOptions): OtherWorks {
  const { job, paths, catalog, connection } = options;
  const works = job.steps.map((step) => findWork(job, step, connection.publicKey));
  const wanted = new Set(
    job.steps.flatMap((step, index) => (isDoneOnce(step) ? (works[index] ?? []) : [])),
  );
  const isAnySkipped = job.steps.some(skipsCompletedWork);
  if (wanted.size > 0 && catalog.trouble !== null) throw unusableCatalog(paths, catalog.trouble);
  const ledgers = new LedgersOfOthers({ ...options, wanted, mustRead: isAnySkipped, findWork });
  if (wanted.size > 0) ledgers.refresh();
  return {
    find(step, files, since) {
      const work = works[step] ?? null;
      return work === null ? new Map() : findInLedgers(ledgers, { work, files, since });
    },
    inTurn: (claim, signal) => claimInTurn(claim, signal, options),
    close: () => ledgers.close(),
  };
}

async function claimInTurn<Result>(
  claim: () => Result,
  signal: AbortSignal,
  { paths, clock, listener }: OtherWorksOptions,
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
      if (waitedMs > MAX_WAIT_MS) throw claimsLockTimeout(paths.claimsLock);
      if (waitedMs > UNREPORTED_WAIT_MS) reporter.begin(null, { kind: 'lock', reason });
      await clock.sleep(RETRY_MS, signal);
    }
  } finally {
    reporter.end();
  }
}

/**
 * The key that identifies the work of a step. It contains the public key of the project and not its name,
 * because two jobs may use different names for a project.
 */
export function findWork(job: Job, step: Step, publicKey: string): string | null {
  const key = step.project === undefined ? publicKey : job.projects?.[step.project]?.publicKey.key;
  return formatWorkOfJob(job, step, key ?? '');
}

/** Finds the newest other work on each file. Also reads ledgers that were created since the last call. */
export function findInLedgers(
  ledgers: LedgersOfOthers,
  wanted: { work: string; files: readonly string[]; since: number | null },
): Map<string, OtherWork> {
  const { work, since } = wanted;
  const found = new Map<string, OtherWork>();
  ledgers.refresh();
  for (const ledger of ledgers.ledgersWith(work)) {
    for (const file of ledger.claimed(wanted.files.filter(isOpen))) {
      const other = ledger.find(file, since);
      if (other !== null && (!found.has(file) || hasResult(other))) found.set(file, other);
    }
  }
  return found;

  function isOpen(file: string): boolean {
    const other = found.get(file);
    return other === undefined || isOnlyMention(other);
  }
}

/**
 * True if a run only skipped the work, because a still earlier run had done it, and has no result of it. So the
 * ledger of the earlier run decides, if it has the result.
 */
function isOnlyMention(other: OtherWork): boolean {
  if (other.kind !== 'paid' || other.standing.kind !== 'done') return false;
  const { doneBefore, result } = other.standing;
  return doneBefore !== undefined && result === null;
}

function hasResult(other: OtherWork): boolean {
  return other.kind === 'paid' && other.standing.kind === 'done' && other.standing.result !== null;
}

function unusableCatalog({ catalog }: StatePaths, why: string): UserError {
  return new UserError(
    'configuration',
    `The catalog ${catalog} can't be used: ${why} This job pays for its files, and paying runs must share one catalog. Nothing was sent. Update ucbulk, or wait until no other program has the file open, or move the file away: ucbulk then creates a new catalog from the ledgers, which hold all payments.`,
  );
}

function claimsLockTimeout(path: string): UserError {
  return new UserError(
    'configuration',
    `Another process has held ${path} for ${MAX_WAIT_MS / 1000} s, so this run can't claim its paid work. Nothing was sent without its claim. Stop that process, or let it end, then resume.`,
  );
}
