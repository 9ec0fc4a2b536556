import { type Money, moneyText, toMoney } from '../core/money.ts';
import type { Connection, Statement } from './connection.ts';
import { schemaVersion } from './migrate.ts';

/** The number of requests, as a step in the table of costs. */
export const REQUESTS = -1;

/** The first schema with the tables. */
const COSTS_SCHEMA = 4;

/** The price of an item or a request, and the limit of the run's cost. */
export interface CostRule {
  readonly perItem: Money;
  /** The maximum cost of the whole run; null if there is no limit. */
  readonly maxCost: Money | null;
  /** The money that must be left for the requests of each open item. */
  readonly followUp: Money;
}

/** The price of a step now; null if it has none. */
export interface StepPrice {
  readonly step: number;
  readonly price: Money | null;
  /** Number of units that the whole run has taken. Those that have no price yet get this price. */
  readonly units: number;
}

/** The number of units of a step that were paid for at one price. */
export interface CostRow {
  readonly step: number;
  readonly price: Money;
  readonly units: number;
}

type PricedUnits = readonly { readonly price: string; readonly units: number }[];

const OPEN_ITEMS = `
SELECT coalesce(sum(count), 0) AS count FROM counters
WHERE (step >= @step AND state IN (1, 2)) OR (step > @step AND state = 0)`;
const KEEP_EARLIER = `
INSERT OR IGNORE INTO earlier_prices (item, price)
SELECT seq, @price FROM items WHERE state < 4 AND step = @step AND open_sends > 0`;
const EARLIER = `
SELECT earlier_prices.price, count(*) AS units FROM earlier_prices
JOIN items ON items.seq = earlier_prices.item
WHERE earlier_prices.item IN (SELECT value FROM json_each(?)) AND open_sends BETWEEN ? AND ?
GROUP BY earlier_prices.price`;

/** The cost of a run, as its ledger has it. */
export interface RecordedCost {
  readonly rows: readonly CostRow[];
  /** Units of `rows` whose request has no known result: the service may have charged for them, or not. */
  readonly uncertain: readonly CostRow[];
  /** Requests of `rows` that a process has reserved and that were not sent, as far as the ledger shows. */
  readonly reserved: number;
  /** The number of payments that retries add to those of the run, for each name in `limits.paid`. */
  readonly paidAgain: Readonly<Record<string, number>>;
}

// An item without an earlier price has that of its step.
const UNCERTAIN = `
SELECT items.step, coalesce(earlier_prices.price, prices.price) AS price, count(*) AS units
FROM items
JOIN prices ON prices.step = items.step
LEFT JOIN earlier_prices ON earlier_prices.item = items.seq
WHERE items.state IN (0, 1, 3) AND items.step = ? AND items.open_sends > 0
GROUP BY items.step, coalesce(earlier_prices.price, prices.price)`;

/** Reads the cost of a run. */
export class CostReader {
  readonly #database: Connection;

  constructor(database: Connection) {
    this.#database = database;
  }

  /** The cost so far. Has no rows if the run has no prices, or if an older version wrote the ledger. */
  recorded(): RecordedCost {
    return readCost(this.#database);
  }

  /** The number of items in progress at this step, and of items after it that have not ended. */
  openItems(step: number): number {
    return (this.#database.prepare(OPEN_ITEMS).get({ step }) as { count: number }).count;
  }

  /** The currency of the run's prices; null if it never had any. */
  currency(): string | null {
    if (schemaVersion(this.#database) < COSTS_SCHEMA) return null;
    const row = this.#database.prepare('SELECT currency FROM prices').get();
    return (row as { currency: string } | undefined)?.currency ?? null;
  }
}

function readCost(database: Connection): RecordedCost {
  if (schemaVersion(database) < COSTS_SCHEMA)
    return { rows: [], uncertain: [], reserved: 0, paidAgain: {} };
  const all = (sql: string, ...values: unknown[]) =>
    (database.prepare(sql).all(...values) as { step: number; price: string; units: number }[])
      .filter(({ price }) => price !== null)
      .map(readRow);
  const rows = all('SELECT step, price, units FROM costs ORDER BY step, price').filter(
    ({ units }) => units > 0,
  );
  const steps = new Set(rows.map(({ step }) => step).filter((step) => step !== REQUESTS));
  const uncertain = [...steps].flatMap((step) => all(UNCERTAIN, step));
  const requests = rows.filter(({ step }) => step === REQUESTS);
  const sent = (database.prepare('SELECT requests FROM run').get() as { requests: number })
    .requests;
  const unsent = requests.reduce((total, { units }) => total + units, 0) - sent;
  const last = requests.at(-1);
  const paidAgain = readPaidAgain(database);
  if (last === undefined || unsent <= 0) return { rows, uncertain, reserved: 0, paidAgain };
  const reserved = Math.min(unsent, last.units);
  return { rows, uncertain: [...uncertain, { ...last, units: reserved }], reserved, paidAgain };
}

function readPaidAgain(database: Connection): Record<string, number> {
  const retries = database.prepare('SELECT confirmed FROM retries').all() as {
    confirmed: string;
  }[];
  const sums: Record<string, number> = {};
  for (const { confirmed } of retries) {
    for (const [name, count] of Object.entries(JSON.parse(confirmed) as Record<string, number>)) {
      sums[name] = (sums[name] ?? 0) + count;
    }
  }
  return sums;
}

/** The sum of units times their prices. */
export function sum(rows: readonly CostRow[]): Money {
  return rows.reduce((total, { price, units }) => total + price * BigInt(units), 0n);
}

function readRow({ step, price, units }: { step: number; price: string; units: number }): CostRow {
  return { step, price: toMoney(price), units };
}

/**
 * The cost of a run: the number of items and requests at each price. An item that was paid for keeps its price if
 * a resume has other prices. All changes belong to the transaction of the intent or of the result.
 */
export class CostTable extends CostReader {
  readonly #database: Connection;
  readonly #rows: Statement;
  readonly #add: Statement;
  readonly #earlier: Statement;

  constructor(database: Connection) {
    super(database);
    this.#database = database;
    this.#rows = database.prepare('SELECT step, price, units FROM costs');
    this.#add = database.prepare(
      `INSERT INTO costs (step, price, units) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET units = units + excluded.units`,
    );
    this.#earlier = database.prepare(EARLIER);
  }

  /** Sets the prices of the job. Units that were taken before the run had a price get the price of now. */
  setPrices(currency: string, prices: readonly StepPrice[]): void {
    for (const { step, price, units } of prices) {
      const now = price === null ? null : moneyText(price);
      const before = this.#database.prepare('SELECT price FROM prices WHERE step = ?').get(step);
      const earlier = (before as { price: string | null } | undefined)?.price ?? null;
      if (earlier !== null && earlier !== now)
        this.#database.prepare(KEEP_EARLIER).run({ step, price: earlier });
      this.#database
        .prepare('INSERT OR REPLACE INTO prices (step, price, currency) VALUES (?, ?, ?)')
        .run(step, now, currency);
      const unpriced = units - this.units(step);
      if (price !== null && unpriced > 0) this.add(step, price, unpriced);
    }
  }

  /** Adds units at a price; a negative number takes them back. */
  add(step: number, price: Money, units: number): void {
    if (units !== 0) this.#add.run(step, moneyText(price), units);
  }

  /** The highest cost of the run so far: all units that it has taken or reserved. */
  total(): Money {
    return sum(this.#costRows());
  }

  /**
   * The money that the run may still spend on new items of a step; null if it has no limit. Keeps money for the
   * requests of the items that are paid for, so that the run can fetch their results.
   */
  left(step: number, { maxCost, followUp }: CostRule): Money | null {
    if (maxCost === null) return null;
    return maxCost - this.total() - followUp * BigInt(this.openItems(step));
  }

  /** Takes units for items, if the cost limit allows all of them. Otherwise takes none and returns false. */
  take(step: number, seqs: readonly number[], wanted: number, rule: CostRule): boolean {
    if (wanted === 0) return true;
    const left = this.left(step, rule);
    if (left !== null && rule.perItem * BigInt(wanted) > left) return false;
    this.#database
      .prepare(
        `DELETE FROM earlier_prices WHERE item IN
           (SELECT seq FROM items WHERE seq IN (SELECT value FROM json_each(?)) AND open_sends = 0)`,
      )
      .run(JSON.stringify(seqs));
    this.add(step, rule.perItem, wanted);
    return true;
  }

  /**
   * Takes back the units of items whose number of requests without a known result is between `least` and `most`.
   * `price` is the price of the step now; null if it has none.
   */
  giveBack(
    step: number,
    seqs: readonly number[],
    {
      count,
      sends,
      price,
    }: { count: number; sends: readonly [number, number]; price: Money | null },
  ): void {
    const earlier = this.#earlier.all(JSON.stringify(seqs), ...sends) as PricedUnits;
    let rest = count;
    for (const { price: at, units } of earlier) {
      this.add(step, toMoney(at), -units);
      rest -= units;
    }
    if (price !== null) this.add(step, price, -rest);
  }

  /** Number of units of a step that have a price. */
  units(step: number): number {
    return this.#costRows()
      .filter((row) => row.step === step)
      .reduce((total, { units }) => total + units, 0);
  }

  #costRows(): CostRow[] {
    return (this.#rows.all() as { step: number; price: string; units: number }[]).map(readRow);
  }
}
