import type { Connection } from '../core/connection.ts';
import { errorMessage } from '../core/error-message.ts';
import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import type { Job } from '../job/job-schema.ts';
import type { Step } from '../job/step-schemas.ts';
import { WorkReader } from '../ledger/work-reader.ts';
import type { WorkKey, WorkStanding } from '../ledger/work-table.ts';
import { listedRunsNow } from './find-run.ts';
import { isRunHeld } from './run-locks.ts';
import type { StatePaths } from './state-paths.ts';
import { storedJob } from './stored-job.ts';

/** What another run does, or did, of the same work on the same file. */
export type OtherWork =
  /** Its process lives, and has claimed or sent it. */
  | { readonly run: RunId; readonly kind: 'at-work' }
  | {
      readonly run: RunId;
      readonly kind: 'paid';
      readonly standing: WorkStanding & { readonly kind: 'done' | 'open' | 'in-doubt' };
    };

/** Whose ledgers are wanted. */
interface ShelfPlace {
  readonly paths: StatePaths;
  readonly connection: Pick<Connection, 'restOrigin'>;
  /** This run, whose ledger is not among them. */
  readonly run: RunId;
  /** The works that a ledger must have one of. */
  readonly wanted: ReadonlySet<string>;
  /** True if a ledger that can't be read is an error although no process works on it. */
  readonly mustRead: boolean;
  readonly workIn: (job: Job, step: Step, publicKey: string) => string | null;
}

interface KnownRun {
  readonly run: RunId;
  readonly path: string;
  /** Which of its steps does which work first. */
  readonly places: ReadonlyMap<string, number>;
}

/** A ledger that knows of a work. */
interface LedgerOfWork {
  /**
   * How the work stands there on a file; null if it is free, or if both the work and the run ended
   * before `since`.
   */
  look(file: string, since: number | null): OtherWork | null;
}

/** Ledgers that are open at once: each is a file handle and some memory. */
const MOST_OPEN = 16;

/** The ledgers of the other runs that do the same works, newest run first. */
export class LedgerShelf {
  readonly #place: ShelfPlace;
  /** By run; null if it has none of the works. */
  readonly #known = new Map<RunId, KnownRun | null>();
  readonly #open = new Map<string, WorkReader>();
  #runs: readonly KnownRun[] = [];

  constructor(place: ShelfPlace) {
    this.#place = place;
  }

  /** Looks for ledgers that are new since the last look. */
  refresh(): void {
    const { paths, run } = this.#place;
    const listed = listedRunsNow(paths).filter((other) => other !== run);
    this.#runs = listed.flatMap((other) => this.#knownRun(other) ?? []);
  }

  /** The ledgers that know of the work, newest run first. */
  ledgersWith(work: string): LedgerOfWork[] {
    const held = new Map<RunId, boolean>();
    return this.#runs.flatMap((known) => {
      const place = known.places.get(work);
      if (place === undefined) return [];
      return [{ look: (file, since) => this.#look(known, { work: place, file }, { since, held }) }];
    });
  }

  /** Closes the files. */
  close(): void {
    for (const reader of this.#open.values()) reader.close();
    this.#open.clear();
  }

  #look(
    known: KnownRun,
    key: WorkKey,
    { since, held }: { since: number | null; held: Map<RunId, boolean> },
  ): OtherWork | null {
    const { run } = known;
    let standing = this.#standing(known, key);
    if (standing?.kind === 'claimed' || standing?.kind === 'open') {
      if (this.#isHeld(run, held)) return { run, kind: 'at-work' };
      // Its process may have sent it, or seen its end, before it ended. Now nothing changes it.
      standing = this.#standing(known, key);
    }
    if (standing === null || standing.kind === 'claimed' || standing.kind === 'not-done')
      return null;
    const isOld = since !== null && standing.at !== null && standing.at < since;
    if (isOld && !this.#overlaps(known, since, held)) return null;
    return { run, kind: 'paid', standing };
  }

  /** True if the run was at work at any time since then. A killed one is known only while it lives. */
  #overlaps(known: KnownRun, since: number, held: Map<RunId, boolean>): boolean {
    if (this.#isHeld(known.run, held)) return true;
    const record = this.#readable(known, () => this.#readerOf(known).run.find());
    return (record?.endedAt ?? 0) >= since;
  }

  #isHeld(run: RunId, held: Map<RunId, boolean>): boolean {
    const before = held.get(run);
    if (before !== undefined) return before;
    const isHeld = isRunHeld(this.#place.paths, run);
    held.set(run, isHeld);
    return isHeld;
  }

  #standing(known: KnownRun, key: WorkKey): WorkStanding | null {
    return this.#readable(known, () => this.#readerOf(known).standing(key));
  }

  #readerOf({ path }: KnownRun): WorkReader {
    const known = this.#open.get(path);
    if (known !== undefined) return known;
    if (this.#open.size >= MOST_OPEN) this.close();
    const reader = WorkReader.open(path);
    this.#open.set(path, reader);
    return reader;
  }

  #knownRun(run: RunId): KnownRun | null {
    const before = this.#known.get(run);
    if (before !== undefined) return before;
    const path = this.#place.paths.ledger(run);
    const known = this.#readable({ run, path }, () => this.#readKnown(run, path));
    this.#known.set(run, known);
    return known;
  }

  #readKnown(run: RunId, path: string): KnownRun | null {
    const { connection, wanted, workIn } = this.#place;
    const reader = WorkReader.open(path);
    try {
      const record = reader.run.find();
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

  /** A ledger that can't be read may tell of what was paid for, unless the job wants to pay again. */
  #readable<Result>(
    { run, path }: Pick<KnownRun, 'run' | 'path'>,
    read: () => Result | null,
  ): Result | null {
    try {
      return read();
    } catch (error) {
      if (!this.#place.mustRead && !isRunHeld(this.#place.paths, run)) return null;
      throw unreadable(path, run, error);
    }
  }
}

function unreadable(path: string, run: RunId, cause: unknown): UserError {
  const why = errorMessage(cause);
  const message = `Run ${run} may have paid for what this job is about to do, but its ledger can't be read: ${why} Nothing is paid for while that is not known. Restore ${path}, or move it away and take it that it did nothing, or say \`skipIfDone: false\` to pay again.`;
  return new UserError('configuration', message, { cause });
}
