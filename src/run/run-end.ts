import type { RunSample } from '../core/run-sample.ts';
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
import { throttleCurve } from './throttle-curve.ts';

/** The tables with the outcomes of items, from a `Ledger` or a `LedgerReader`. */
interface EndTables extends ExclusionTables {
  readonly items: ItemTable;
  readonly outcomes: Pick<OutcomeTable, 'reasons' | 'messages'>;
  readonly paid: Pick<PaidTable, 'spent'>;
  readonly run: Pick<RunTable, 'get'>;
  readonly costs: Pick<CostReader, 'recorded' | 'openItems'>;
  readonly sweeps: Pick<SweepTable, 'last'>;
  readonly listingSince: Pick<ListingSinceTable, 'start'>;
}

/** The facts about the end of a run that its ledger has. */
type EndFacts = Pick<
  RunEnd,
  | 'verified'
  | 'reasons'
  | 'causes'
  | 'throttling'
  | 'failedPaid'
  | 'leftOut'
  | 'paid'
  | 'cost'
  | 'labels'
  | 'since'
>;

/** Maximum number of causes of failures in a summary. */
const MAX_CAUSES = 10;

/** Reads from the ledger how a run ended, except for the counts. */
export function readEndFacts(
  job: Job,
  tables: EndTables,
  { jobFile, samples }: Pick<RunRecord, 'jobFile'> & { readonly samples: readonly RunSample[] },
): EndFacts {
  const { steps } = job;
  const throttling = throttleCurve(samples);
  const { walkFinished } = tables.run.get();
  const { items, outcomes } = tables;
  const leftOut = countExclusions(tables);
  const reasons = outcomes.reasons().map(({ continuedFrom, ...counted }) => {
    return continuedFrom === null ? counted : { ...counted, step: stepName(job, continuedFrom) };
  });
  const hasFailures =
    reasons.some(({ state }) => state === 'failed') || items.counts()['in-doubt'] > 0;
  const causes = hasFailures ? nameSteps(job, outcomes.messages(MAX_CAUSES)) : [];
  const names = new Set(steps.map(paidName).filter((name) => name !== null));
  const paid = [...names].map((name) => ({ name, spent: tables.paid.spent(name) }));
  const facts = {
    reasons,
    causes,
    throttling,
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

/** Replaces the index of a step by its id. */
export function nameSteps<Row extends { readonly step: number }>(
  job: Job,
  rows: readonly Row[],
): (Omit<Row, 'step'> & { readonly step: string })[] {
  return rows.map((row) => ({ ...row, step: stepName(job, row.step) }));
}

function stepName({ steps }: Job, step: number): string {
  return steps[step]?.id ?? String(step + 1);
}
