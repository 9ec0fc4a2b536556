import { isDeepStrictEqual } from 'node:util';
import type { Job } from '../job/job-schema.ts';
import type { PlanEntry } from './plan-format.ts';
import type { PlanSummary } from './plan-schemas.ts';
import { planCost } from './planned-cost.ts';
import { countJobEffects, countStepWork } from './planned-work.ts';

/** Counts the entries of a plan file. */
export class EntryCounts {
  /** Number of items that are certainly part of the plan. */
  items = 0;
  /** Number of items that the plan could not decide about. */
  open = 0;
  /** Key of the first item that is certainly part of the plan; null if there is none. */
  first: string | null = null;
  last: string | null = null;
  #bytes = 0;
  #sized = 0;

  add({ key, size, isOpen }: PlanEntry): void {
    if (isOpen) {
      this.open += 1;
      return;
    }
    this.items += 1;
    this.first ??= key;
    this.last = key;
    if (size === null) return;
    this.#bytes += size;
    this.#sized += 1;
  }

  /** The total size of the items whose size is known; null if no size is known. */
  get bytes(): { readonly total: number; readonly items: number } | null {
    return this.#sized === 0 ? null : { total: this.#bytes, items: this.#sized };
  }
}

/**
 * Compares the summary of a plan with the entries and the job of the plan. Returns the name of the first part
 * that does not follow from them; null if all do. A person approves a plan because of its summary.
 */
export function findSummaryFault(
  summary: PlanSummary,
  { job, counts }: { readonly job: Job; readonly counts: EntryCounts },
): string | null {
  const { items, open, first, last, bytes } = counts;
  const most = items + open;
  const work = countStepWork(job, { least: items, most });
  const effects = countJobEffects(job, most);
  const purchases = effects.filter(({ kind }) => kind === 'pay');
  const facts: Readonly<Record<string, readonly [unknown, unknown]>> = {
    selected: [summary.selected, items],
    open: [summary.open.count, open],
    selectedAtMost: [summary.selectedAtMost, most],
    listed: [summary.listed >= most, true],
    bytes: [summary.bytes, bytes],
    examples: [
      [summary.examples.first?.key ?? null, summary.examples.last?.key ?? null],
      [first, last],
    ],
    steps: [summary.steps.map(({ polls: _, ...step }) => step), work],
    effects: [summary.effects, effects],
    paid: [summary.paid, purchases.map(({ name, count, limit }) => ({ name, most: count, limit }))],
    cost: [summary.cost, planCost(job, { steps: work, requests: summary.requestsEstimate })],
    requestsEstimate: [summary.requestsEstimate, totalRequests(summary)],
  };
  const wrong = Object.entries(facts).find(([, [told, real]]) => !isDeepStrictEqual(told, real));
  return wrong?.[0] ?? null;
}

function totalRequests({ projects, listRequests, pages, reads, steps }: PlanSummary): number {
  const ofSteps = steps.flatMap(({ requests, polls }) => [
    ...requests.map(({ most }) => most),
    polls?.expected ?? 0,
  ]);
  const others = projects.length + (listRequests ?? pages) + reads;
  return ofSteps.reduce((total, number) => total + number, others);
}
