import { formatCost, type Money, moneyText } from '../core/money.ts';
import { UserError } from '../core/user-error.ts';
import type { RunStop } from '../engine/run-stop.ts';
import type { Job } from '../job/job-schema.ts';
import { paidName } from '../job/paid-names.ts';
import { costLimits, priceIn, priceList } from '../job/price-list.ts';
import { REQUESTS } from '../ledger/cost-table.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { RunContext } from './run-request.ts';
import type { Traffic } from './traffic.ts';

/** Maximum number of requests that a process reserves at once. One commit to the disk serves all of them. */
const MOST_RESERVED = 1000n;
/** A process reserves at most this share of the money that is left: 1/100. The rest stays free for items. */
const SHARE = 100n;

/**
 * Throws a `UserError` if the ledger counts in another currency than the job: nobody can add the two.
 */
export function checkCurrency({ costs, run }: Pick<LedgerReader, 'costs' | 'run'>, job: Job): void {
  const list = priceList(job);
  const earlier = costs.currency();
  if (list === null || earlier === null || earlier === list.currency) return;
  throw new UserError(
    'usage',
    `Run ${run.get().runId} counts its cost in ${earlier}, and the price file is in ${list.currency}. Nothing was sent. Use prices in ${earlier}, or start a new run.`,
  );
}

/** Logs the prices of a run that a changed job file or a changed price file replaces. */
export function notePriceChange(before: Job, after: Job, { log }: Pick<RunContext, 'log'>): void {
  const changes = describePriceChange(before, after);
  if (changes.length === 0) return;
  const message = `The prices have changed: ${changes.join(', ')}. Items that were paid for before keep their price.`;
  log('warn', {}, message);
}

/** Warns if the job can't pay for a single item of a step. A run would then stop before its first payment. */
export function warnOfLowLimit(job: Job, { log }: Pick<RunContext, 'log'>): void {
  const { maxCost, followUp } = costLimits(job);
  if (maxCost === null) return;
  const names = new Set(job.steps.map(paidName).filter((name) => name !== null));
  for (const name of names) {
    const price = priceIn(job, name);
    if (price === undefined || price.perItem + followUp <= maxCost) continue;
    const money = (amount: Money) =>
      formatCost({ amount: moneyText(amount), currency: price.currency });
    const needed = `one ${name} needs ${money(price.perItem + followUp)}, with the requests that follow it`;
    const message = `limits.cost is ${money(maxCost)}, but ${needed}. A run pays for no ${name}. Raise limits.cost in the job file.`;
    log('warn', {}, message);
  }
}

/** Lists the prices that are different in two jobs. */
function describePriceChange(before: Job, after: Job): string[] {
  const [old, now] = [priceList(before) ?? {}, priceList(after) ?? {}] as Record<string, string>[];
  const names = new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})]);
  return [...names]
    .filter((name) => old?.[name] !== now?.[name])
    .map((name) => `${name}: ${old?.[name] ?? 'no price'} → ${now?.[name] ?? 'no price'}`);
}

/**
 * Counts the cost of a run's requests. If requests have a price, the process reserves some of them in the ledger
 * before it sends the first of these. So the recorded cost is never lower than the real cost, also after a
 * process was killed. If `limits.cost` allows no further request, stops the run.
 */
export class RunCosts {
  readonly #job: Job;
  readonly #runStop: RunStop;
  readonly #traffic: Traffic;
  readonly #price: Money | null;
  readonly #maxCost: Money | null;
  #ledger: Ledger | null = null;
  /** Requests that are reserved and not sent. */
  #left = 0;
  #reserving: Promise<void> | null = null;

  constructor(job: Job, { runStop, traffic }: { runStop: RunStop; traffic: Traffic }) {
    this.#job = job;
    this.#runStop = runStop;
    this.#traffic = traffic;
    this.#price = priceIn(job, 'request')?.perItem ?? null;
    this.#maxCost = costLimits(job).maxCost;
  }

  /** Records the prices, and the requests that this process has already sent. From now on, counts in the ledger. */
  saveTo(ledger: Ledger): void {
    if (this.#ledger !== null) return;
    this.#ledger = ledger;
    const list = priceList(this.#job);
    const { costs, paid, run } = ledger;
    if (list === null && costs.currency() === null) return;
    const names = this.#job.steps.map(paidName);
    ledger.transaction(() => {
      const steps = names.flatMap((name, step) => {
        if (name === null) return [];
        const same = [...names.keys()].filter((other) => names[other] === name);
        const others = same.filter((other) => other !== step).map((other) => costs.units(other));
        const isFirst = same[0] === step;
        const units = paid.spent(name) - others.reduce((total, count) => total + count, 0);
        const price = priceIn(this.#job, name)?.perItem ?? null;
        return [{ step, price, units: isFirst ? units : costs.units(step) }];
      });
      const sent = this.#traffic.requests;
      const earlier = { step: REQUESTS, price: this.#price, units: run.get().requests - sent };
      costs.setPrices(list?.currency ?? costs.currency() ?? '', [...steps, earlier]);
      if (this.#price !== null) costs.add(REQUESTS, this.#price, sent);
    });
  }

  /** True if the run may send a request. Stops the run if the cost of the request would exceed its limit. */
  mayRequest(): boolean | Promise<boolean> {
    if (this.#price === null) return true;
    if (this.#ledger === null) {
      // The run has no ledger before its first requests, so only this process counts them.
      const cost = this.#price * BigInt(this.#traffic.requests + 1);
      return this.#maxCost === null || cost <= this.#maxCost || this.#stop();
    }
    if (this.#left === 0) return this.#takeReserved(this.#ledger, this.#price);
    this.#left -= 1;
    return true;
  }

  /** Counts a request that was not sent after all. */
  unsent(): void {
    if (this.#price !== null && this.#ledger !== null) this.#left += 1;
  }

  /** Returns the reserved requests that were not sent. */
  end(): void {
    const [ledger, price, left] = [this.#ledger, this.#price, this.#left];
    if (ledger === null || price === null || left === 0) return;
    this.#left = 0;
    try {
      ledger.transactionFromReserve(() => ledger.costs.add(REQUESTS, price, -left));
    } catch {
      // The disk is full. The recorded cost is then higher than the real one, never lower.
    }
  }

  async #takeReserved(ledger: Ledger, price: Money): Promise<boolean> {
    while (this.#left === 0) {
      if (this.#runStop.reason !== null) return false;
      this.#reserving ??= this.#reserve(ledger, price).finally(() => {
        this.#reserving = null;
      });
      await this.#reserving;
    }
    this.#left -= 1;
    return true;
  }

  async #reserve(ledger: Ledger, price: Money): Promise<void> {
    let count = 0n;
    await ledger.write(() => {
      count = this.#affordable(ledger, price);
      ledger.costs.add(REQUESTS, price, Number(count));
    }, 'intent');
    if (count === 0n) this.#stop();
    this.#left += Number(count);
  }

  #affordable({ costs }: Ledger, price: Money): bigint {
    if (this.#maxCost === null || price === 0n) return MOST_RESERVED;
    const most = (this.#maxCost - costs.total()) / price;
    const share = most / SHARE;
    if (share >= MOST_RESERVED) return MOST_RESERVED;
    if (share > 0n) return share;
    return most > 0n ? 1n : 0n;
  }

  #stop(): false {
    const currency = priceList(this.#job)?.currency ?? '';
    const limit = formatCost({ amount: moneyText(this.#maxCost ?? 0n), currency });
    const next =
      this.#ledger === null ? 'try again. No run was created.' : 'run `ucbulk resume --job FILE`.';
    const message = `The budget of ${limit} (limits.cost) allows no further request. Raise it in the job file, then ${next}`;
    this.#runStop.stop({ kind: 'budget', message, mustBeRaised: true });
    return false;
  }
}
