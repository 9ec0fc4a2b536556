import type { Job } from '../job/job-schema.ts';
import { paidName } from '../job/paid-names.ts';
import { countExclusions, type ExclusionTables } from '../ledger/count-exclusions.ts';
import type { ItemTable } from '../ledger/item-table.ts';
import type { OutcomeTable } from '../ledger/outcome-table.ts';
import type { PaidTable } from '../ledger/paid-table.ts';
import type { RunRecord } from '../ledger/run-table.ts';
import { skipsCompletedWork } from '../state/other-works.ts';
import type { RunEnd } from './run-request.ts';

/** The tables with the outcomes of items, from a `Ledger` or a `LedgerReader`. */
interface EndTables extends ExclusionTables {
  readonly items: Pick<ItemTable, 'countsByStep'>;
  readonly outcomes: Pick<OutcomeTable, 'reasons'>;
  readonly paid: Pick<PaidTable, 'spent'>;
}

/** Reads from the ledger how a run ended, except for the counts. */
export function readEndFacts(
  { steps }: Pick<Job, 'steps'>,
  tables: EndTables,
  { jobFile }: Pick<RunRecord, 'jobFile'>,
): Pick<RunEnd, 'reasons' | 'failedPaid' | 'leftOut' | 'paid'> {
  const { items, outcomes } = tables;
  const leftOut = countExclusions(tables);
  const reasons = outcomes.reasons().map(({ continuedFrom, ...counted }) => {
    return continuedFrom === null
      ? counted
      : { ...counted, step: steps[continuedFrom]?.id ?? String(continuedFrom + 1) };
  });
  const names = new Set(steps.map(paidName).filter((name) => name !== null));
  const paid = [...names].map((name) => ({ name, spent: tables.paid.spent(name) }));
  const firstPaid = steps.findIndex((step) => 'skipIfDone' in step);
  const failed = [...items.countsByStep()]
    .filter(([step]) => firstPaid !== -1 && step > firstPaid)
    .reduce((sum, [, counts]) => sum + counts.failed, 0);
  if (failed === 0) return { reasons, leftOut, paid, failedPaid: null };
  const isKept = steps.every((step) => !('skipIfDone' in step) || skipsCompletedWork(step));
  return { reasons, leftOut, paid, failedPaid: { count: failed, isKept, jobFile } };
}
