import { existsSync } from 'node:fs';
import type { Connection } from '../core/connection.ts';
import { errorMessage } from '../core/error-message.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Job } from '../job/job-schema.ts';
import type { Step } from '../job/step-schemas.ts';
import { WorkReader } from '../ledger/work-reader.ts';
import type { WorkKey, WorkStanding } from '../ledger/work-table.ts';
import { listRunIdsSync } from './find-run.ts';
import { isRunHeld } from './run-locks.ts';
import type { StatePaths } from './state-paths.ts';
import { storedJob } from './stored-job.ts';

/** The state of another run for the same work on the same file. */
export type OtherWork =
  /** The other run has claimed the work or sent the request, and its process is alive. */
  | { readonly run: RunId; readonly kind: 'at-work' }
  | {
      readonly run: RunId;
      readonly kind: 'paid';
      readonly standing: WorkStanding & { readonly kind: 'done' | 'open' | 'in-doubt' };
    };

/** Decides which ledgers are searched. */
interface ShelfOptions {
  readonly paths: StatePaths;
  readonly connection: Pick<Connection, 'restOrigin'>;
  /** The current run. Its own ledger is not searched. Null if no run has begun. */
  readonly run: RunId | null;
  /** Keys of the work to find. A ledger whose job has no step with such work is not searched. */
  readonly wanted: ReadonlySet<string>;
  /**
   * True if a ledger that can't be read is always an error. False if it is only an error while a process
   * works on its run.
   */
  readonly mustRead: boolean;
  readonly findWork: (job: Job, step: Step, publicKey: string) => string | null;
}

interface KnownRun {
  readonly run: RunId;
  readonly path: string;
  /** The first step that does the work, by the key of the work. */
  readonly steps: ReadonlyMap<string, number>;
}

/** Finds one kind of work in one ledger. */
interface WorkLookup {
  /**
   * The files on which the run has claimed the work. A fast check before `find`, because most ledgers have
   * nothing about most files.
   */
  claimed(files: readonly string[]): readonly string[];
  /**
   * Finds the work on a file. Returns null if nobody has done it, or if the work and its run both ended
   * before `since` (server time, ms).
   */
  find(file: string, since: number | null): OtherWork | null;
}

/** Maximum number of open ledgers. Each needs a file handle and some memory. */
const MAX_OPEN = 128;

/** The ledgers of other runs whose jobs do the same work, newest run first. */
export class LedgersOfOthers {
  readonly #options: ShelfOptions;
  /** The runs found so far, by id; null for a run whose job does none of the wanted work. */
  readonly #known = new Map<RunId, KnownRun | null>();
  readonly #open = new Map<string, WorkReader>();
  #runs: readonly KnownRun[] = [];

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  /** Finds ledgers that were created since the last call. */
  refresh(): void {
    const { paths, run } = this.#options;
    const listed = listRunIdsSync(paths).filter((other) => other !== run);
    this.#runs = listed.flatMap((other) => this.#knownRun(other) ?? []);
  }

  /** The ledgers of runs whose job does this work, newest run first. */
  ledgersWith(work: string): WorkLookup[] {
    const held = new Map<RunId, boolean>();
    return this.#runs.flatMap((known) => {
      const step = known.steps.get(work);
      if (step === undefined) return [];
      return [
        {
          claimed: (files) =>
            this.#readOrSkip(known, () => this.#openReader(known).claimed(step, files)) ?? [],
          find: (file, since) => this.#find(known, { work: step, file }, { since, held }),
        },
      ];
    });
  }

  /** Closes the files. */
  close(): void {
    for (const reader of this.#open.values()) reader.close();
    this.#open.clear();
  }

  #find(
    known: KnownRun,
    key: WorkKey,
    { since, held }: { since: number | null; held: Map<RunId, boolean> },
  ): OtherWork | null {
    const { run } = known;
    let standing = this.#standing(known, key);
    if (standing?.kind === 'claimed' || standing?.kind === 'open') {
      if (this.#isHeld(run, held)) return { run, kind: 'at-work' };
      // No process works on that run now. Its process may have sent or finished the work just before it
      // ended, so read the state again.
      standing = this.#standing(known, key);
    }
    if (standing === null || standing.kind === 'claimed' || standing.kind === 'not-done')
      return null;
    const isOld = since !== null && standing.at !== null && standing.at < since;
    if (isOld && !this.#overlaps(known, since, held)) return null;
    return { run, kind: 'paid', standing };
  }

  /**
   * True if the run was active at any time after `since`. A killed run has no recorded end, so it is active
   * only while a process works on it again.
   */
  #overlaps(known: KnownRun, since: number, held: Map<RunId, boolean>): boolean {
    if (this.#isHeld(known.run, held)) return true;
    const record = this.#readOrSkip(known, () => this.#openReader(known).run.find());
    return (record?.endedAt ?? 0) >= since;
  }

  #isHeld(run: RunId, held: Map<RunId, boolean>): boolean {
    const before = held.get(run);
    if (before !== undefined) return before;
    const isHeld = isRunHeld(this.#options.paths, run);
    held.set(run, isHeld);
    return isHeld;
  }

  #standing(known: KnownRun, key: WorkKey): WorkStanding | null {
    return this.#readOrSkip(known, () => this.#openReader(known).standing(key));
  }

  #openReader({ path }: KnownRun): WorkReader {
    const known = this.#open.get(path);
    if (known !== undefined) return known;
    if (this.#open.size >= MAX_OPEN) this.close();
    const reader = WorkReader.open(path);
    this.#open.set(path, reader);
    return reader;
  }

  #knownRun(run: RunId): KnownRun | null {
    const before = this.#known.get(run);
    if (before !== undefined) return before;
    const path = this.#options.paths.ledger(run);
    const known = this.#readOrSkip({ run, path }, () => this.#readRun(run, path));
    this.#known.set(run, known);
    return known;
  }

  #readRun(run: RunId, path: string): KnownRun | null {
    const { connection, wanted, findWork } = this.#options;
    const reader = WorkReader.open(path);
    try {
      const record = reader.run.find();
      // A ledger without a record of its run belongs to a run that never started.
      if (record?.restOrigin !== connection.restOrigin) return null;
      const job = storedJob(record);
      const steps = new Map<string, number>();
      for (const [index, step] of job.steps.entries()) {
        const work = findWork(job, step, record.publicKey);
        if (work !== null && wanted.has(work) && !steps.has(work)) steps.set(work, index);
      }
      return steps.size === 0 ? null : { run, path, steps };
    } finally {
      reader.close();
    }
  }

  /**
   * Runs `read`. If the ledger can't be read, throws an error, or returns null if the ledger is not
   * important. A ledger is not important if `mustRead` is false (the job repeats old work anyway) and no
   * process works on its run now.
   */
  #readOrSkip<Result>(
    { run, path }: Pick<KnownRun, 'run' | 'path'>,
    read: () => Result | null,
  ): Result | null {
    try {
      return read();
    } catch (error) {
      // `ucbulk clean` has removed the run since the ledgers were listed. It removes no work that is needed.
      if (!existsSync(path) && !isRunHeld(this.#options.paths, run)) return null;
      if (!this.#options.mustRead && !isRunHeld(this.#options.paths, run)) return null;
      throw unreadableLedger(path, run, error);
    }
  }
}

function unreadableLedger(path: string, run: RunId, cause: unknown): UserError {
  const why = errorMessage(cause);
  const message = `Run ${run} may have done what this job is about to do, but its ledger can't be read: ${why} ucbulk sends nothing until that is known. Restore ${path}, or move it away if you are sure that it did nothing, or set \`skipIfDone: false\` to do it again.`;
  return new UserError('configuration', message, { cause });
}
