import { type Money, moneyText } from '../core/money.ts';
import type { Job } from '../job/job-schema.ts';
import { paidName } from '../job/paid-names.ts';
import { costLimits, priceIn, priceList } from '../job/price-list.ts';
import { firstStepWithWork } from '../job/step-work.ts';
import { type CostReader, type CostRow, REQUESTS, sum } from '../ledger/cost-table.ts';
import { countMatching, type MatchingTables } from '../ledger/count-matching.ts';

/** The cost of one step of a run, or of its requests. Amounts are decimal texts. */
export interface StepCost {
  /** Id of the step; null for the requests. */
  readonly step: string | null;
  /** Name of the operation in `limits.paid`, or `request`. */
  readonly name: string;
  /** Number of items or requests that the run has paid for. */
  readonly units: number;
  /** The price of one unit now; null if a changed job has none. */
  readonly price: string | null;
  readonly amount: string;
  /** The highest cost of the step by the number of selected items; null for requests, and while ucbulk lists. */
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
  /** The highest cost of the paid steps by the number of selected items; null while ucbulk lists. */
  readonly planned: string | null;
  /** `limits.cost` of the job; null if there is none. */
  readonly limit: string | null;
  readonly parts: readonly StepCost[];
  /** Paid operations of the job that have no price. The amounts do not include them. */
  readonly unpriced: readonly string[];
}

/** The parts of a ledger with the cost of its run. */
interface CostLedger extends MatchingTables {
  readonly costs: Pick<CostReader, 'recorded'>;
}

/** Computes the cost of a run from its ledger. Null if the run has no prices. */
export function runCost(
  job: Job,
  ledger: CostLedger,
  { walkFinished }: { readonly walkFinished: boolean },
): RunCost | null {
  const list = priceList(job);
  if (list === null) return null;
  const { rows, uncertain } = ledger.costs.recorded();
  const items = walkFinished ? countMatching(ledger) : null;
  const parts = [
    ...job.steps.flatMap(({ id, uses }, step): StepCost[] => {
      const name = paidName({ uses });
      if (name === null) return [];
      const price = priceIn(job, name)?.perItem ?? null;
      const planned = items === null ? null : plannedCost(job, step, { price, items });
      return [costOf(rows, { place: step, step: id, name, price, planned })];
    }),
    costOf(rows, {
      place: REQUESTS,
      step: null,
      name: 'request',
      price: priceIn(job, 'request')?.perItem ?? null,
      planned: null,
    }),
  ].filter(({ units, price }) => units > 0 || price !== null);
  const atMost = sum(rows);
  const { maxCost } = costLimits(job);
  return {
    currency: list.currency,
    atMost: moneyText(atMost),
    certain: moneyText(atMost - sum(uncertain)),
    planned: items === null ? null : moneyText(totalPlanned(job, items)),
    limit: maxCost === null ? null : moneyText(maxCost),
    parts,
    unpriced: [...new Set(job.steps.map(paidName))].filter(
      (name) => name !== null && list[name] === undefined,
    ) as string[],
  };
}

function totalPlanned(job: Job, items: number): Money {
  return job.steps.reduce((total, step, index) => {
    const name = paidName(step);
    const price = name === null ? null : (priceIn(job, name)?.perItem ?? null);
    return total + (plannedCost(job, index, { price, items }) ?? 0n);
  }, 0n);
}

/** The highest cost of a step. A run pays only once for the same work, even if several steps do this work. */
function plannedCost(
  { steps }: Job,
  index: number,
  { price, items }: { readonly price: Money | null; readonly items: number },
): Money | null {
  if (price === null) return null;
  const isRepeated = (firstStepWithWork(steps, index) ?? index) !== index;
  return isRepeated ? 0n : price * BigInt(items);
}

function costOf(
  rows: readonly CostRow[],
  part: {
    readonly place: number;
    readonly step: string | null;
    readonly name: string;
    readonly price: Money | null;
    readonly planned: Money | null;
  },
): StepCost {
  const { place, step, name, price, planned } = part;
  const own = rows.filter((row) => row.step === place);
  return {
    step,
    name,
    units: own.reduce((total, { units }) => total + units, 0),
    price: price === null ? null : moneyText(price),
    amount: moneyText(sum(own)),
    planned: planned === null ? null : moneyText(planned),
  };
}
