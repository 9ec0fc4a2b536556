import { type Money, moneyText } from '../core/money.ts';
import type { Job } from '../job/job-schema.ts';
import { paidName } from '../job/paid-names.ts';
import { costLimits, priceIn, priceList } from '../job/price-list.ts';
import { firstStepWithWork } from '../job/step-work.ts';
import {
  type CostReader,
  type CostRow,
  REQUESTS,
  type RecordedCost,
  sum,
} from '../ledger/cost-table.ts';
import { countMatching, type MatchingTables } from '../ledger/count-matching.ts';

/** The cost of one step of a run, or of its requests. Amounts are decimal texts. */
export interface StepCost {
  /** Id of the step; null for the requests. */
  readonly step: string | null;
  /** Name of the operation in `limits.paid`, or `request`. */
  readonly name: string;
  /** Number of items or requests that the run has paid for. */
  readonly units: number;
  /** Requests of `units` that a process has reserved, and that were not sent. 0 for a step. */
  readonly reserved: number;
  /** The price of one unit now; null if a changed job has none. */
  readonly price: string | null;
  readonly amount: string;
  /** The units and their cost by price. It has several entries if the price changed during the run. */
  readonly prices: readonly {
    readonly price: string;
    readonly units: number;
    readonly amount: string;
  }[];
  /**
   * The highest cost of the step by the number of selected items and of items to pay again. Null for requests, and
   * while ucbulk lists.
   */
  readonly planned: string | null;
}

/** The cost of a run by the prices of its job. Amounts are decimal texts in one currency. */
export interface RunCost {
  readonly currency: string;
  /**
   * The highest cost of the run so far. It includes items whose result is unknown, and requests that a process
   * reserved before it was killed.
   */
  readonly atMost: string;
  /** `atMost` without items and requests of which ucbulk does not know if they were charged. */
  readonly certain: string;
  /** The sum of `planned` of the paid steps; null while ucbulk lists. */
  readonly planned: string | null;
  /** `limits.cost` of the job; null if there is none. */
  readonly limit: string | null;
  /**
   * The part of `limit` that the run keeps for the further requests of the items in progress, and never spends on
   * new items. Null if there is no limit, or if requests have no price.
   */
  readonly kept: string | null;
  readonly parts: readonly StepCost[];
  /** Paid operations of the job that have no price. The amounts do not include them. */
  readonly unpriced: readonly string[];
}

/** The parts of a ledger with the cost of its run. */
interface CostLedger extends MatchingTables {
  readonly costs: Pick<CostReader, 'recorded' | 'openItems'>;
}

/** Computes the cost of a run from its ledger. Null if the run has no prices. */
export function runCost(
  job: Job,
  ledger: CostLedger,
  { walkFinished }: { readonly walkFinished: boolean },
): RunCost | null {
  const list = priceList(job);
  if (list === null) return null;
  const { rows, uncertain, reserved, paidAgain } = ledger.costs.recorded();
  const items = walkFinished ? countMatching(ledger) : null;
  const planned = job.steps.map((_, step) => {
    return items === null ? null : plannedCost(job, step, { rows, items, paidAgain });
  });
  const parts = [
    ...job.steps.flatMap(({ id, uses }, step): StepCost[] => {
      const name = paidName({ uses });
      if (name === null) return [];
      const price = priceIn(job, name)?.perItem ?? null;
      const part = {
        place: step,
        step: id,
        name,
        price,
        planned: planned[step] ?? null,
        reserved: 0,
      };
      return [costOf(rows, part)];
    }),
    costOf(rows, {
      place: REQUESTS,
      step: null,
      name: 'request',
      price: priceIn(job, 'request')?.perItem ?? null,
      planned: null,
      reserved,
    }),
  ].filter(({ units, price }) => units > 0 || price !== null);
  const atMost = sum(rows);
  const { maxCost } = costLimits(job);
  return {
    currency: list.currency,
    atMost: moneyText(atMost),
    certain: moneyText(atMost - sum(uncertain)),
    planned:
      items === null
        ? null
        : moneyText(planned.reduce<Money>((total, cost) => total + (cost ?? 0n), 0n)),
    limit: maxCost === null ? null : moneyText(maxCost),
    kept: keptCost(job, ledger),
    parts,
    unpriced: [...new Set(job.steps.map(paidName))].filter(
      (name) => name !== null && list[name] === undefined,
    ) as string[],
  };
}

/** The money that a run keeps for the further requests of the items in progress, as text. */
function keptCost(job: Job, { costs }: CostLedger): string | null {
  const { maxCost, followUp } = costLimits(job);
  const firstPaid = job.steps.findIndex((step) => paidName(step) !== null);
  if (maxCost === null || followUp === 0n || firstPaid === -1) return null;
  return moneyText(followUp * BigInt(costs.openItems(firstPaid)));
}

/**
 * The highest cost of a step: what it has cost so far, and the price of now for each further item. A run pays only
 * once for the same work, even if several steps do this work. After a retry, it pays again for some items.
 */
function plannedCost(
  job: Job,
  index: number,
  { rows, items, paidAgain }: Pick<RecordedCost, 'rows' | 'paidAgain'> & { readonly items: number },
): Money | null {
  const { steps } = job;
  const name = steps[index] === undefined ? null : paidName(steps[index]);
  const price = name === null ? null : (priceIn(job, name)?.perItem ?? null);
  if (name === null || price === null) return null;
  const isRepeated = (firstStepWithWork(steps, index) ?? index) !== index;
  // The ledger has the payments of a retry by their name. They count for the first step with this name.
  const isFirst = steps.findIndex((step) => paidName(step) === name) === index;
  const most = (isRepeated ? 0 : items) + (isFirst ? (paidAgain[name] ?? 0) : 0);
  const own = rows.filter(({ step }) => step === index);
  return sum(own) + price * BigInt(Math.max(0, most - countUnits(own)));
}

function countUnits(rows: readonly CostRow[]): number {
  return rows.reduce((total, { units }) => total + units, 0);
}

function costOf(
  rows: readonly CostRow[],
  part: {
    readonly place: number;
    readonly step: string | null;
    readonly name: string;
    readonly price: Money | null;
    readonly planned: Money | null;
    readonly reserved: number;
  },
): StepCost {
  const { place, step, name, price, planned, reserved } = part;
  const own = rows.filter((row) => row.step === place);
  return {
    step,
    name,
    units: countUnits(own),
    reserved,
    price: price === null ? null : moneyText(price),
    amount: moneyText(sum(own)),
    prices: own.map((row) => ({
      price: moneyText(row.price),
      units: row.units,
      amount: moneyText(sum([row])),
    })),
    planned: planned === null ? null : moneyText(planned),
  };
}
