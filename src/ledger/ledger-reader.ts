import type { FailedEffect } from '../core/outcome.ts';
import type { RunSample } from '../core/run-sample.ts';
import { UserError } from '../core/user-error.ts';
import {
  type EventNote,
  type RunActivity,
  readActivity,
  readEvents,
  readSamples,
} from './activity-tables.ts';
import { readCdnHosts } from './cdn-host-table.ts';
import type { Connection } from './connection.ts';
import { CostReader } from './cost-table.ts';
import { countUnknownResults, type DeleteSteps } from './count-unknown-results.ts';
import { EvidenceTable } from './evidence-table.ts';
import {
  type CauseCount,
  countCauses,
  findItems,
  findResults,
  type ItemFilter,
} from './find-items.ts';
import { ItemTable } from './item-table.ts';
import { openLedgerFile } from './ledger-file.ts';
import { ListingSinceTable } from './listing-since-table.ts';
import { ListingTotalTable } from './listing-total-table.ts';
import { LostAnswerTable } from './lost-answer-table.ts';
import { schemaVersion } from './migrate.ts';
import { OutcomeTable } from './outcome-table.ts';
import { PageTable } from './page-table.ts';
import { PaidTable } from './paid-table.ts';
import { PassedOverTable } from './passed-over-table.ts';
import { PlanTable } from './plan-table.ts';
import { type RecordsWanted, type RunItem, RunItemReader } from './run-items.ts';
import { type RunRecord, RunTable } from './run-table.ts';
import { SweepTable } from './sweep-table.ts';
import { UndecidedTable } from './undecided-table.ts';
import { readWaits, type WaitRecord } from './wait-table.ts';

/** The last request that contained an item. */
export interface SendRecord {
  readonly item: number;
  /** Server time of the last send, ms. */
  readonly sentAt: number;
  /** How many times the request was sent. */
  readonly sends: number;
  /** Number of items in the request. */
  readonly items: number;
  readonly requestId: string | null;
}

const LAST_SENDS = `
SELECT items.seq AS item, attempts.sent_at AS sentAt, attempts.sends, attempts.items,
  attempts.request_id AS requestId
FROM items JOIN attempts ON attempts.id = items.attempt
WHERE items.seq IN (SELECT value FROM json_each(?))`;
const FAILED_EFFECTS = `
SELECT failed_effects.item, failed_effects.effect FROM items
JOIN failed_effects ON failed_effects.item = items.seq AND failed_effects.step = items.step
WHERE items.seq IN (SELECT value FROM json_each(?))`;
// The work of an item that failed without a new file was not done. All other claimed work counts, also if the
// ledger has no outcome for it.
const WORK = `
SELECT 1 FROM works
LEFT JOIN outcomes ON outcomes.item = works.item AND outcomes.step = works.step
WHERE works.step IN (SELECT value FROM json_each(?))
  AND (outcomes.state IS NULL OR outcomes.state NOT IN (5, 6)
    OR outcomes.result IS NOT NULL OR outcomes.reason = 'done before')
LIMIT 1`;

/**
 * Reads the ledger of a run that may be active in another process, or that was interrupted. Changes nothing.
 */
export class LedgerReader {
  readonly run: RunTable;
  readonly pages: PageTable;
  readonly items: ItemTable;
  readonly outcomes: OutcomeTable;
  readonly costs: CostReader;
  readonly paid: PaidTable;
  readonly lostAnswers: LostAnswerTable;
  readonly undecided: UndecidedTable;
  readonly listingTotal: ListingTotalTable;
  readonly listingSince: ListingSinceTable;
  readonly passedOver: PassedOverTable;
  readonly plan: PlanTable;
  readonly evidence: EvidenceTable;
  readonly sweeps: SweepTable;
  readonly #database: Connection;
  /** True for a ledger of schema 1. */
  readonly #isFirst: boolean;

  private constructor(database: Connection) {
    this.#database = database;
    this.#isFirst = schemaVersion(database) < 2;
    this.run = new RunTable(database);
    this.pages = new PageTable(database);
    this.items = new ItemTable(database);
    this.outcomes = new OutcomeTable(database);
    this.costs = new CostReader(database);
    this.paid = new PaidTable(database, null);
    this.lostAnswers = new LostAnswerTable(database);
    this.undecided = new UndecidedTable(database);
    this.listingTotal = new ListingTotalTable(database);
    this.listingSince = new ListingSinceTable(database);
    this.passedOver = new PassedOverTable(database);
    this.plan = new PlanTable(database);
    this.evidence = new EvidenceTable(database);
    this.sweeps = new SweepTable(database);
  }

  /** Opens the file; throws a `UserError` if it is not a ledger or is newer than this program. */
  static open(path: string): LedgerReader {
    return openLedgerFile(path, (database) => new LedgerReader(database));
  }

  /** Hosts that serve the files of projects, by project name; the default project has an empty name. */
  cdnHosts(): ReadonlyMap<string, string> {
    return readCdnHosts(this.#database);
  }

  /** The last waits that the run wrote. They are current only while the process of the run is alive. */
  waits(): WaitRecord[] {
    return readWaits(this.#database);
  }

  /** How the run works: its process and its newest samples, which reach back `windowMs`. */
  activity(windowMs: number): RunActivity {
    return readActivity(this.#database, windowMs);
  }

  /** All samples of the run, oldest first. */
  samples(): RunSample[] {
    return readSamples(this.#database);
  }

  /** The last events of the run, oldest first. */
  events(): EventNote[] {
    return readEvents(this.#database);
  }

  /** The run of the ledger. Throws a `UserError` if the process died while it created the run. */
  begun(): RunRecord {
    const run = this.run.find();
    if (run !== null) return run;
    throw new UserError(
      'configuration',
      'This ledger has no run: its process ended before the run began. Nothing was sent. You can remove the file.',
    );
  }

  /**
   * Reads up to `limit` items after the item `after`, in order, with their outcomes. If `states` is given, only
   * items in these states.
   */
  runItems(wanted: RecordsWanted): Generator<RunItem> {
    return new RunItemReader(this.#database, this.#isFirst).read(wanted);
  }

  /** The items with these numbers, in order. */
  itemsAt(seqs: readonly number[]): RunItem[] {
    return new RunItemReader(this.#database, this.#isFirst).at(seqs);
  }

  /** Finds items in the order of the selection. */
  find(filter: ItemFilter): RunItem[] {
    return this.itemsAt(findItems(this.#database, filter, this.items.counts()));
  }

  /** Finds the items after `after` that one of these steps gave a result. */
  findResults(wanted: { steps: readonly number[]; after: number; limit: number }): RunItem[] {
    return this.itemsAt(findResults(this.#database, wanted));
  }

  /** Counts items that failed, were skipped or are in doubt, by cause, most frequent first. */
  causes(limit: number): CauseCount[] {
    return countCauses(this.#database, limit);
  }

  /**
   * The effects of failures, by the `seq` of the item. Only for items that failed at the step at which they
   * are now. An item has no entry if its failure was recorded by an older schema.
   */
  failedEffects(seqs: readonly number[]): ReadonlyMap<number, FailedEffect> {
    if (schemaVersion(this.#database) < 3) return new Map();
    const rows = this.#database.prepare(FAILED_EFFECTS).all(JSON.stringify(seqs));
    return new Map(
      (rows as { item: number; effect: FailedEffect }[]).map((row) => [row.item, row.effect]),
    );
  }

  /**
   * True if the ledger holds work of these steps: work that an item did or began, or a result of it. A later
   * run with `skipIfDone` reads such work, so that it does not do or pay for it again.
   */
  hasWork(steps: readonly number[]): boolean {
    return this.#database.prepare(WORK).get(JSON.stringify(steps)) !== undefined;
  }

  /**
   * The last requests that contained these items. Successful requests may be missing, because ucbulk removes
   * their rows.
   */
  lastSends(seqs: readonly number[]): SendRecord[] {
    return this.#database.prepare(LAST_SENDS).all(JSON.stringify(seqs)) as SendRecord[];
  }

  /** Counts the deletes of these steps whose results nobody knows. */
  unknownResults(steps: DeleteSteps): number {
    return countUnknownResults(this.#database, steps);
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }
}
