import type { Job } from '../job/job-schema.ts';
import { paidName } from '../job/paid-names.ts';
import { skipsCompletedWork } from '../job/step-work.ts';
import type { CostReader } from '../ledger/cost-table.ts';
import { countExclusions, type ExclusionTables } from '../ledger/count-exclusions.ts';
import type { ItemTable } from '../ledger/item-table.ts';
import type { ListingSinceTable } from '../ledger/listing-since-table.ts';
import type { OutcomeTable } from '../ledger/outcome-table.ts';
import type { PaidTable } from '../ledger/paid-table.ts';
import type { RunRecord, RunTable } from '../ledger/run-table.ts';
import type { SweepTable } from '../ledger/sweep-table.ts';
import { runCost } from '../state/run-cost.ts';
import type { RunEnd } from './run-request.ts';

/** The tables with the outcomes of items, from a `Ledger` or a `LedgerReader`. */
interface EndTables extends ExclusionTables {
  readonly items: ItemTable;
  readonly outcomes: Pick<OutcomeTable, 'reasons'>;
  readonly paid: Pick<PaidTable, 'spent'>;
  readonly run: Pick<RunTable, 'get'>;
  readonly costs: Pick<CostReader, 'recorded' | 'openItems'>;
  readonly sweeps: Pick<SweepTable, 'last'>;
  readonly listingSince: Pick<ListingSinceTable, 'start'>;
}

/** Reads from the ledger how a run ended, except for the counts. */
export function readEndFacts(
  job: Job,
  tables: EndTables,
  { jobFile }: Pick<RunRecord, 'jobFile'>,
): Pick<
  RunEnd,
  'verified' | 'reasons' | 'failedPaid' | 'leftOut' | 'paid' | 'cost' | 'labels' | 'since'
> {
  const { steps } = job;
  const { walkFinished } = tables.run.get();
  const { items, outcomes } = tables;
  const leftOut = countExclusions(tables);
  const reasons = outcomes.reasons().map(({ continuedFrom, ...counted }) => {
    return continuedFrom === null
      ? counted
      : { ...counted, step: steps[continuedFrom]?.id ?? String(continuedFrom + 1) };
  });
  const names = new Set(steps.map(paidName).filter((name) => name !== null));
  const paid = [...names].map((name) => ({ name, spent: tables.paid.spent(name) }));
  const facts = {
    reasons,
    leftOut,
    paid,
    cost: runCost(job, tables, { walkFinished }),
    labels: job.labels ?? null,
    verified: tables.sweeps.last(),
    since: tables.listingSince.start(),
  };
  const firstPaid = steps.findIndex((step) => paidName(step) !== null);
  const failed = [...items.countsByStep()]
    .filter(([step]) => firstPaid !== -1 && step > firstPaid)
    .reduce((sum, [, counts]) => sum + counts.failed, 0);
  if (failed === 0) return { ...facts, failedPaid: null };
  const isKept = steps.every((step) => paidName(step) === null || skipsCompletedWork(step));
  return { ...facts, failedPaid: { count: failed, isKept, jobFile } };
}
