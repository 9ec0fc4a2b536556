import { renameSync } from 'node:fs';
import type { ClassifiedError } from '../core/failure.ts';
import { ActivityTables } from './activity-tables.ts';
import { AnswerTable } from './answer-table.ts';
import { AttemptTable } from './attempt-table.ts';
import { BatchTable } from './batch-table.ts';
import { CanaryTable } from './canary-table.ts';
import { writeCdnHost } from './cdn-host-table.ts';
import { ClaimBound } from './claim-bound.ts';
import { type Connection, closeOnFailure } from './connection.ts';
import { CostTable } from './cost-table.ts';
import { isNoRoom, isTemporary, ledgerFailure } from './database-failure.ts';
import { DetailTable } from './detail-table.ts';
import { DueTimes } from './due-times.ts';
import { EvidenceTable } from './evidence-table.ts';
import { GroupCommit, type WriteKind } from './group-commit.ts';
import { ItemTable } from './item-table.ts';
import { emptyLedger, LEDGER_SCHEMA, pendingLedgerPath, readLedgerFile } from './ledger-file.ts';
import type { LedgerOptions } from './ledger-options.ts';
import { ListingSinceTable } from './listing-since-table.ts';
import { ListingTotalTable } from './listing-total-table.ts';
import { LostAnswerTable } from './lost-answer-table.ts';
import { migrate } from './migrate.ts';
import { emptyLog, openDatabase, withoutSync } from './open-database.ts';
import { OutcomeTable } from './outcome-table.ts';
import { PageTable } from './page-table.ts';
import { PaidTable } from './paid-table.ts';
import { PassedOverTable } from './passed-over-table.ts';
import { PlanTable } from './plan-table.ts';
import { RemoteJobTable } from './remote-job-table.ts';
import { RESERVE_PART_PAGES, type Reserve } from './reserve.ts';
import { RetryTable } from './retry-table.ts';
import { type NewRun, RunTable } from './run-table.ts';
import { SelectionTable } from './selection-table.ts';
import { SweepTable } from './sweep-table.ts';
import { TransferTable } from './transfer-table.ts';
import { UndecidedTable } from './undecided-table.ts';
import { wipeOldPartUrls } from './wipe-part-urls.ts';
import { UniqueWorkTable } from './work-table.ts';
import { WriteLock } from './write-lock.ts';

/**
 * The SQLite file of one run. It alone decides what was selected and sent, and the outcome of each item. Only
 * one process may write it.
 */
export class Ledger {
  /** The last item that may be claimed now. It may change during the run. */
  readonly bound = new ClaimBound();
  readonly run: RunTable;
  readonly pages: PageTable;
  readonly items: ItemTable;
  readonly selection: SelectionTable;
  readonly canary: CanaryTable;
  readonly due: DueTimes;
  readonly details: DetailTable;
  readonly attempts: AttemptTable;
  readonly answers: AnswerTable;
  readonly batches: BatchTable;
  readonly outcomes: OutcomeTable;
  readonly remoteJobs: RemoteJobTable;
  readonly retries: RetryTable;
  readonly transfers: TransferTable;
  readonly works: UniqueWorkTable;
  readonly costs: CostTable;
  readonly paid: PaidTable;
  readonly lostAnswers: LostAnswerTable;
  readonly undecided: UndecidedTable;
  readonly listingTotal: ListingTotalTable;
  readonly listingSince: ListingSinceTable;
  readonly passedOver: PassedOverTable;
  readonly plan: PlanTable;
  readonly evidence: EvidenceTable;
  readonly sweeps: SweepTable;
  readonly activity: ActivityTables;
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
    this.items = new ItemTable(database, this.bound);
    this.selection = new SelectionTable(database);
    this.canary = new CanaryTable(database);
    this.due = new DueTimes(database, this.bound);
    this.details = new DetailTable(database);
    this.attempts = new AttemptTable(database);
    this.answers = new AnswerTable(database);
    this.batches = new BatchTable(database, this.bound);
    this.outcomes = new OutcomeTable(database);
    this.remoteJobs = new RemoteJobTable(database);
    this.retries = new RetryTable(database);
    this.transfers = new TransferTable(database);
    this.works = new UniqueWorkTable(database);
    this.costs = new CostTable(database);
    this.paid = new PaidTable(database, this.costs);
    this.lostAnswers = new LostAnswerTable(database);
    this.undecided = new UndecidedTable(database);
    this.listingTotal = new ListingTotalTable(database);
    this.listingSince = new ListingSinceTable(database);
    this.passedOver = new PassedOverTable(database);
    this.plan = new PlanTable(database);
    this.evidence = new EvidenceTable(database);
    this.sweeps = new SweepTable(database);
    this.activity = new ActivityTables(database);
    this.#group = new GroupCommit({
      clock,
      crash,
      commit: (writes, isSynced) => (isSynced ? this.transaction(writes) : this.unsynced(writes)),
      commitFromReserve: (writes) => this.transactionFromReserve(writes),
      reportIfTemporary: (error) => this.#reportTrouble(error),
    });
  }

  /** Creates the ledger of a new run. The file has a temporary name until it contains its run. */
  static create(path: string, run: NewRun, options: LedgerOptions): Ledger {
    const pending = pendingLedgerPath(path);
    const { reserve: _, ...pendingOptions } = options; // `close` below must not remove it
    const database = openDatabase(pending, { mode: 'create', ...options });
    openOrClose(database, () => {
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
    // Opening a file for writing changes it. So first check that the file is a ledger.
    readLedgerFile(path, () => undefined);
    const database = openDatabase(path, { mode: 'write', ...options });
    return openOrClose(database, () => {
      wipeOldPartUrls(database);
      migrate(database, LEDGER_SCHEMA, options.crash);
      const ledger = new Ledger(database, options);
      if (ledger.run.find() === null) throw emptyLedger(path);
      return ledger;
    });
  }

  /** Runs `writes` in one durable transaction. Either all of them take effect or none. */
  transaction<Result>(writes: () => Result): Result {
    // Inside another transaction, only run the writes. The outer one adds the counts of requests.
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
   * Like `transaction`, for data that must not be lost. If the disk is full, releases parts of the reserve
   * and tries again. `writes` may run more than once.
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

  /** Calls `listener` when the disk is full or the file is locked. The run must then send no request. */
  watchTrouble(listener: (failure: ClassifiedError) => void): void {
    this.#onTrouble = listener;
  }

  /** Like `transaction`, but a power cut may lose the data until the next durable transaction. */
  unsynced<Result>(writes: () => Result): Result {
    return withoutSync(this.#database, () => this.transaction(writes));
  }

  /** Adds to the counts of requests. The next transaction of any kind saves them. */
  countTraffic(counts: { requests: number; throttled: number }): void {
    this.#traffic.requests += counts.requests;
    this.#traffic.throttled += counts.throttled;
  }

  /** Records which host serves a project's files. The next transaction saves it. */
  recordCdnHost(project: string, host: string): void {
    this.#cdnHosts.set(project, host);
  }

  /**
   * Like `transaction`, but writes at about the same time share one sync of the disk. If the disk is full,
   * records use the reserve, and all later intents are refused. `writes` may run more than once.
   */
  write(writes: () => void, kind: WriteKind): Promise<void> {
    return this.#group.write(writes, kind);
  }

  /** Closes the file after copying SQLite's log into it. The removed reserve leaves space for the copy. */
  close(): void {
    this.#reserve?.remove();
    try {
      if (this.#database.open) emptyLog(this.#database);
    } catch {
      // If the disk is full or the file is locked, the log stays, and the next process reads it.
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
    // The log needs the released space. A checkpoint would use it for the main file instead.
    this.#database.pragma('wal_autocheckpoint = 0');
    if (this.#maxPages !== undefined) {
      this.#maxPages += RESERVE_PART_PAGES;
      this.#database.pragma(`max_page_count = ${this.#maxPages}`);
    }
    return true;
  }
}

function openOrClose(database: Connection, open: () => Ledger): Ledger {
  return closeOnFailure(database, open, (error) => ledgerFailure(database.name, error));
}
