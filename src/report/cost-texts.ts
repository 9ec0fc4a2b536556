import type { JsonValue } from '../core/json.ts';
import { csvLine } from './csv-line.ts';

/** The cost of a run by step, as `status` shows it. */
export interface CostReport {
  readonly run: string;
  readonly job: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly currency: string;
  readonly parts: readonly {
    readonly step: string | null;
    readonly name: string;
    readonly units: number;
    readonly price: string | null;
    readonly amount: string;
    readonly planned: string | null;
    readonly prices: readonly {
      readonly price: string;
      readonly units: number;
      readonly amount: string;
    }[];
  }[];
}

/**
 * Writes a CSV for accounting, with a row for each price of each paid step and of the requests. So `cost` is
 * `units` times `price`. Only the first row of a step has the planned cost. Each label of the job has a column of
 * its own.
 */
export function* costTexts(report: CostReport): Generator<string> {
  const { run, job, labels, currency, parts } = report;
  const names = Object.keys(labels);
  const columns = ['step', 'item', 'units', 'price', 'cost', 'planned', 'currency'];
  yield csvLine(['run', 'job', ...columns, ...names]);
  for (const { step, name, units, price, amount, planned, prices } of parts) {
    const rows = prices.length === 0 ? [{ price, units, amount }] : prices;
    for (const [place, row] of rows.entries()) {
      const cost = [String(row.units), row.price, row.amount, place === 0 ? planned : null];
      const cells: JsonValue[] = [step, name, ...cost, currency];
      yield csvLine([run, job, ...cells, ...Object.values(labels)]);
    }
  }
}
