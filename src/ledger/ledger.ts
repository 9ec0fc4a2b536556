import { renameSync } from 'node:fs';
import type { ClassifiedError } from '../core/failure.ts';
import { UserError } from '../core/user-error.ts';
import type { Wait } from '../core/wait.ts';
import type { Clock, CrashHook } from '../core/world.ts';
import { AnswerTable } from './answer-table.ts';
import { AttemptTable } from './attempt-table.ts';
import { BatchTable } from './batch-table.ts';
import { writeCdnHost } from './cdn-host-table.ts';
import type { Connection } from './connection.ts';
import { isNoRoom, isTemporary, ledgerFailure } from './database-failure.ts';
import { DetailTable } from './detail-table.ts';
import { DueTimes } from './due-times.ts';
import { GroupCommit, type WriteKind } from './group-commit.ts';
import { ItemTable } from './item-table.ts';
import { LEDGER_SCHEMA, readLedgerFile } from './ledger-file.ts';
import { ListingTotalTable } from './listing-total-table.ts';
import { LostAnswerTable } from './lost-answer-table.ts';
import { migrate } from './migrate.ts';
import { emptyLog, openDatabase, withoutSync } from './open-database.ts';
import { OutcomeTable } from './outcome-table.ts';
import { PageTable } from './page-table.ts';
import { PaidTable } from './paid-table.ts';
import { PassedOverTable } from './passed-over-table.ts';
import { RemoteJobTable } from './remote-job-table.ts';
import { RESERVE_PART, type Reserve } from './reserve.ts';
import { type NewRun, RunTable } from './run-table.ts';
import { TransferTable } from './transfer-table.ts';
import { UndecidedTable } from './undecided-table.ts';
import { writeWaits } from './wait-table.ts';
import { wipeOldPartUrls } from './wipe-part-urls.ts';
import { UniqueWorkTable } from './work-table.ts';
import { WriteLock } from './write-lock.ts';

/** Page size of SQLite, bytes. */
const PAGE_BYTES = 4096;

/** Options of an open ledger. */
export interface LedgerOptions {
  readonly clock: Clock;
  /** Called at each crash point: a test may end the process there. */
  readonly crash?: CrashHook;
  /** `PRAGMA max_page_count`; for tests of a full disk. */
  readonly maxPages?: number | undefined;
  /** Disk space for the last answers if the disk is full; `close` removes it. */
  readonly reserve?: Reserve | undefined;
}

/** The SQLite file of one run: the only authority on what was selected, sent and settled. It has one writer. */
export class Ledger {
  readonly run: RunTable;
  readonly pages: PageTable;
  readonly items: ItemTable;
  readonly due: DueTimes;
  readonly details: DetailTable;
  readonly attempts: AttemptTable;
  readonly answers: AnswerTable;
  readonly batches: BatchTable;
  readonly outcomes: OutcomeTable;
  readonly remoteJobs: RemoteJobTable;
  readonly transfers: TransferTable;
  readonly works: UniqueWorkTable;
  readonly paid: PaidTable;
  readonly lostAnswers: LostAnswerTable;
  readonly undecided: UndecidedTable;
  readonly listingTotal: ListingTotalTable;
  readonly passedOver: PassedOverTable;
  readonly writeLock: WriteLock;
  readonly #database: Connection;
  readonly #group: GroupCommit;
  readonly #reserve: Reserve | undefined;
  #maxPages: number | undefined;
  #traffic = { requests: 0, throttled: 0 };
  #onTrouble: (failure: ClassifiedError) => void = () => undefined;
  #cdnHosts = new Map<string, string>();

  private constructor(database: Connection, options: LedgerOptions) {
    const { clock, crash = () => {} } = options;
    this.#database = database;
    this.writeLock = new WriteLock(database);
    this.#reserve = options.reserve;
    this.#maxPages = options.maxPages;
    this.run = new RunTable(database);
    this.pages = new PageTable(database);
    this.items = new ItemTable(database);
    this.due = new DueTimes(database);
    this.details = new DetailTable(database);
    this.attempts = new AttemptTable(database);
    this.answers = new AnswerTable(database);
    this.batches = new BatchTable(database);
    this.outcomes = new OutcomeTable(database);
    this.remoteJobs = new RemoteJobTable(database);
    this.transfers = new TransferTable(database);
    this.works = new UniqueWorkTable(database);
    this.paid = new PaidTable(database);
    this.lostAnswers = new LostAnswerTable(database);
    this.undecided = new UndecidedTable(database);
    this.listingTotal = new ListingTotalTable(database);
    this.passedOver = new PassedOverTable(database);
    this.#group = new GroupCommit({
      clock,
      crash,
      commit: (writes) => this.transaction(writes),
      commitFromReserve: (writes) => this.transactionFromReserve(writes),
      reportIfTemporary: (error) => this.#reportTrouble(error),
    });
  }

  /**
   * Creates the ledger of a new run. The file gets its name only once the run is in it, so a
   * process that ends before leaves no unreadable run.
   */
  static create(path: string, run: NewRun, options: LedgerOptions): Ledger {
    const pending = pendingLedgerPath(path);
    const { reserve: _, ...pendingOptions } = options; // `close` would remove it
    const database = openDatabase(pending, { mode: 'create', ...options });
    closeOnFailure(database, () => {
      migrate(database, LEDGER_SCHEMA, options.crash);
      const ledger = new Ledger(database, pendingOptions);
      ledger.transaction(() => ledger.run.begin(run));
      return ledger;
    }).close();
    renameSync(pending, path);
    return Ledger.open(path, options);
  }

  /** Opens the ledger of an earlier run to continue it. */
  static open(path: string, options: LedgerOptions): Ledger {
    // Opening a file for writing changes it, so check first that it is ours.
    readLedgerFile(path, () => undefined);
    const database = openDatabase(path, { mode: 'write', ...options });
    return closeOnFailure(database, () => {
      wipeOldPartUrls(database);
      migrate(database, LEDGER_SCHEMA, options.crash);
      const ledger = new Ledger(database, options);
      if (ledger.run.find() === null) {
        throw new UserError(
          'configuration',
          `The ledger ${path} has no run: its process ended before the run began. Nothing was sent. Start a new run; you can remove the file.`,
        );
      }
      return ledger;
    });
  }

  /** Runs `writes` in one durable transaction: all or nothing. */
  transaction<Result>(writes: () => Result): Result {
    // Inside a larger transaction: that one counts the traffic, once.
    if (this.#database.inTransaction) return writes();
    const traffic = this.#traffic;
    const hasTraffic = traffic.requests !== 0 || traffic.throttled !== 0;
    const hosts = this.#cdnHosts;
    try {
      const result = this.writeLock.transaction(() => {
        if (hasTraffic) this.run.addTraffic(traffic.requests, traffic.throttled);
        for (const [project, host] of hosts) writeCdnHost(this.#database, project, host);
        return writes();
      });
      if (hasTraffic) this.#traffic = { requests: 0, throttled: 0 };
      if (hosts.size > 0) this.#cdnHosts = new Map();
      return result;
    } catch (error) {
      this.transfers.rolledBack();
      throw ledgerFailure(this.#database.name, error);
    }
  }

  /**
   * Like `transaction`, for data that must not be lost: if the disk is full, it releases the
   * reserve part by part. `writes` may run more than once.
   */
  transactionFromReserve<Result>(writes: () => Result): Result {
    for (;;) {
      try {
        return this.transaction(writes);
      } catch (error) {
        if (!isNoRoom(error) || !this.#releasePart()) throw error;
      }
    }
  }

  /** Calls `listener` when a write fails because of a full disk or a lock. No new request may be sent then. */
  watchTrouble(listener: (failure: ClassifiedError) => void): void {
    this.#onTrouble = listener;
  }

  /**
   * Like `transaction`, but does not wait for a sync of the disk. For data that a power cut may
   * undo. The next durable transaction makes it durable too.
   */
  unsynced<Result>(writes: () => Result): Result {
    return withoutSync(this.#database, () => this.transaction(writes));
  }

  /** Adds to the counts of requests; the counts become durable with the next transaction of any kind. */
  countTraffic(counts: { requests: number; throttled: number }): void {
    this.#traffic.requests += counts.requests;
    this.#traffic.throttled += counts.throttled;
  }

  /** Records the host of a project's files; durable with the next transaction, like the traffic. */
  recordCdnHost(project: string, host: string): void {
    this.#cdnHosts.set(project, host);
  }

  /** Saves the current waits of the run for readers; a power cut may undo it. */
  saveWaits(waits: ReadonlyMap<string, Wait>): void {
    this.unsynced(() => writeWaits(this.#database, waits));
  }

  /**
   * Like `transaction`, but shares its sync of the disk with all writes of this tick. If the disk
   * is full, a `record` uses the reserve, and every `intent` is refused from then on. `writes` may
   * run more than once.
   */
  write(writes: () => void, kind: WriteKind): Promise<void> {
    return this.#group.write(writes, kind);
  }

  /** Merges the write-ahead log into the file, in the space of the reserve, and closes the file. */
  close(): void {
    this.#reserve?.remove();
    try {
      if (this.#database.open) emptyLog(this.#database);
    } catch {
      // A full disk or a lock: the log stays for the next process, and nothing is lost.
    }
    this.#database.close();
  }

  #reportTrouble(error: unknown): boolean {
    if (!isTemporary(error)) return false;
    this.#onTrouble(error);
    return true;
  }

  #releasePart(): boolean {
    if (this.#reserve?.releasePart() !== true) return false;
    // The released space is for the log alone: a checkpoint would use it for the main file.
    this.#database.pragma('wal_autocheckpoint = 0');
    if (this.#maxPages !== undefined) {
      this.#maxPages += RESERVE_PART / PAGE_BYTES;
      this.#database.pragma(`max_page_count = ${this.#maxPages}`);
    }
    return true;
  }
}

/** The path of a ledger until its run is in it. */
export function pendingLedgerPath(path: string): string {
  return `${path}.new`;
}

function closeOnFailure(database: Connection, open: () => Ledger): Ledger {
  try {
    return open();
  } catch (error) {
    database.close();
    throw ledgerFailure(database.name, error);
  }
}
