import { renameSync } from 'node:fs';
import type { ClassifiedError } from '../core/failure.ts';
import { UserError } from '../core/user-error.ts';
import type { Wait } from '../core/wait.ts';
import type { Clock, CrashHook } from '../core/world.ts';
import { AnswerTable } from './answer-table.ts';
import { AttemptTable } from './attempt-table.ts';
import { BatchTable } from './batch-table.ts';
import { putCdnHost } from './cdn-host-table.ts';
import { isNoRoom, ledgerFailure, mayPass } from './database-failure.ts';
import { GroupCommit, type WriteKind } from './group-commit.ts';
import { ItemTable } from './item-table.ts';
import { LEDGER_SCHEMA, readLedgerFile } from './ledger-file.ts';
import { ListingTotalTable } from './listing-total-table.ts';
import { LostAnswerTable } from './lost-answer-table.ts';
import { migrate } from './migrate.ts';
import { type Connection, emptyLog, openDatabase, withoutSync } from './open-database.ts';
import { OutcomeTable } from './outcome-table.ts';
import { PageTable } from './page-table.ts';
import { PaidTable } from './paid-table.ts';
import { PassedOverTable } from './passed-over-table.ts';
import { RemoteJobTable } from './remote-job-table.ts';
import { RESERVE_PART, type Reserve } from './reserve.ts';
import { type NewRun, RunTable } from './run-table.ts';
import { TransferTable } from './transfer-table.ts';
import { UndecidedTable } from './undecided-table.ts';
import { putWaits } from './wait-table.ts';
import { wipeOldPartUrls } from './wipe-part-urls.ts';
import { WorkTable } from './work-table.ts';
import { WriteLock } from './write-lock.ts';

/** SQLite's page, bytes. */
const PAGE_BYTES = 4096;

/** Options of an open ledger. */
export interface LedgerOptions {
  readonly clock: Clock;
  /** Told of the places where a test may end the process. */
  readonly crash?: CrashHook;
  /** `PRAGMA max_page_count`; for tests of a full disk. */
  readonly maxPages?: number | undefined;
  /** Space for the last answers if the disk is full; removed by `close`. */
  readonly reserve?: Reserve | undefined;
}

/** One run's SQLite file: the only authority on what was selected, sent and settled. One writer. */
export class Ledger {
  readonly run: RunTable;
  readonly pages: PageTable;
  readonly items: ItemTable;
  readonly attempts: AttemptTable;
  readonly answers: AnswerTable;
  readonly batches: BatchTable;
  readonly outcomes: OutcomeTable;
  readonly remoteJobs: RemoteJobTable;
  readonly transfers: TransferTable;
  readonly works: WorkTable;
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
    this.attempts = new AttemptTable(database);
    this.answers = new AnswerTable(database);
    this.batches = new BatchTable(database);
    this.outcomes = new OutcomeTable(database);
    this.remoteJobs = new RemoteJobTable(database);
    this.transfers = new TransferTable(database);
    this.works = new WorkTable(database);
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
      mayPass: (error) => this.#reportTrouble(error),
    });
  }

  /**
   * Makes the ledger of a new run. The file has its name only once the run is in it: a process
   * that dies before leaves no run that can't be read.
   */
  static create(path: string, run: NewRun, options: LedgerOptions): Ledger {
    const unmade = unmadeLedger(path);
    const { reserve: _, ...untilNamed } = options; // `close` would remove it
    const database = openDatabase(unmade, { mode: 'create', ...options });
    closedOnFailure(database, () => {
      migrate(database, LEDGER_SCHEMA, options.crash);
      const ledger = new Ledger(database, untilNamed);
      ledger.transaction(() => ledger.run.begin(run));
      return ledger;
    }).close();
    renameSync(unmade, path);
    return Ledger.open(path, options);
  }

  /** Opens the ledger of an earlier run to go on with it. */
  static open(path: string, options: LedgerOptions): Ledger {
    // A writer changes a file by opening it: what is not ours must be known before.
    readLedgerFile(path, () => undefined);
    const database = openDatabase(path, { mode: 'write', ...options });
    return closedOnFailure(database, () => {
      wipeOldPartUrls(database);
      migrate(database, LEDGER_SCHEMA, options.crash);
      const ledger = new Ledger(database, options);
      if (ledger.run.find() === null) {
        throw new UserError('configuration', `${path} has no run in it; start a new run.`);
      }
      return ledger;
    });
  }

  /** Runs `writes` in one durable transaction: all of it, or nothing. */
  transaction<Result>(writes: () => Result): Result {
    // Part of a larger transaction: that one counts the traffic, once.
    if (this.#database.inTransaction) return writes();
    const traffic = this.#traffic;
    const hosts = this.#cdnHosts;
    try {
      const result = this.writeLock.transaction(() => {
        if (traffic.requests > 0) this.run.addTraffic(traffic.requests, traffic.throttled);
        for (const [project, host] of hosts) putCdnHost(this.#database, project, host);
        return writes();
      });
      if (traffic.requests > 0) this.#traffic = { requests: 0, throttled: 0 };
      if (hosts.size > 0) this.#cdnHosts = new Map();
      return result;
    } catch (error) {
      this.transfers.rolledBack();
      throw ledgerFailure(this.#database.name, error);
    }
  }

  /**
   * Like `transaction`, for what must not be lost: if there is no room, it releases the reserve
   * part by part. `writes` may run more than once.
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

  /** Calls `listener` when a write fails for want of room or because of a lock: no new request may leave then. */
  watchTrouble(listener: (failure: ClassifiedError) => void): void {
    this.#onTrouble = listener;
  }

  /**
   * Like `transaction`, but no sync of the disk is waited for. For what a power cut may take back:
   * what becomes durable later makes this durable too.
   */
  unsynced<Result>(writes: () => Result): Result {
    return withoutSync(this.#database, () => this.transaction(writes));
  }

  /** Counts requests; they become durable with the next transaction, whatever it is for. */
  countTraffic(counts: { requests: number; throttled: number }): void {
    this.#traffic.requests += counts.requests;
    this.#traffic.throttled += counts.throttled;
  }

  /** Notes the host of a project's files; durable with the next transaction, as traffic is. */
  noteCdnHost(project: string, host: string): void {
    this.#cdnHosts.set(project, host);
  }

  /** Keeps what the run waits for now, for readers; a power cut may take it back. */
  keepWaits(waits: ReadonlyMap<string, Wait>): void {
    this.unsynced(() => putWaits(this.#database, waits));
  }

  /**
   * Like `transaction`, but shares its sync of the disk with all that is written in this tick. A
   * `record` that finds no room is written from the reserve, an `intent` is refused from then on.
   * `writes` may run more than once.
   */
  write(writes: () => void, kind: WriteKind): Promise<void> {
    return this.#group.write(writes, kind);
  }

  /** Closes the file, folding the write-ahead log into it; the reserve makes room for that. */
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
    if (!mayPass(error)) return false;
    this.#onTrouble(error);
    return true;
  }

  #releasePart(): boolean {
    if (this.#reserve?.releasePart() !== true) return false;
    // The released space is for the log alone: a checkpoint would take it for the main file.
    this.#database.pragma('wal_autocheckpoint = 0');
    if (this.#maxPages !== undefined) {
      this.#maxPages += RESERVE_PART / PAGE_BYTES;
      this.#database.pragma(`max_page_count = ${this.#maxPages}`);
    }
    return true;
  }
}

/** What a ledger is called until its run is in it. */
export function unmadeLedger(path: string): string {
  return `${path}.new`;
}

function closedOnFailure(database: Connection, open: () => Ledger): Ledger {
  try {
    return open();
  } catch (error) {
    database.close();
    throw ledgerFailure(database.name, error);
  }
}
