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
  }[];
}

/**
 * Writes a CSV with a row for each paid step and one for the requests, for accounting. Each label of the job has
 * a column of its own.
 */
export function* costTexts(report: CostReport): Generator<string> {
  const { run, job, labels, currency, parts } = report;
  const names = Object.keys(labels);
  const columns = ['step', 'item', 'units', 'price', 'cost', 'planned', 'currency'];
  yield csvLine(['run', 'job', ...columns, ...names]);
  for (const { step, name, units, price, amount, planned } of parts) {
    const cells: JsonValue[] = [step, name, String(units), price, amount, planned, currency];
    yield csvLine([run, job, ...cells, ...Object.values(labels)]);
  }
}
