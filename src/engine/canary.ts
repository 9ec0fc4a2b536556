import type { CanaryReport } from '../core/canary.ts';
import { formatCount, formatCounted } from '../core/counted.ts';
import { present } from '../core/present.ts';
import { countMatching } from '../ledger/count-matching.ts';
import { countEffects } from './consent.ts';
import type { RunDependencies } from './run-dependencies.ts';
import { fixedBatches } from './tasks/step-items.ts';

/** Maximum number of items that the report of a canary shows with their outcomes. */
const SHOWN_RESULTS = 10;

/** The items of a canary. */
interface Canary {
  readonly items: number;
  /** `seq` of the last item. */
  readonly last: number;
}

/**
 * Works on the canary of a run, which is its first items, and then asks whether to continue. `workOn` must work on
 * this number of first items. Returns false if the run must stop here. Does nothing if the run has no canary,
 * if the canary has all items, or if somebody already agreed.
 */
export async function passCanary(
  deps: RunDependencies,
  workOn: (items: number) => Promise<void>,
): Promise<boolean> {
  const { ledger, runStop, clock } = deps;
  const canary = findCanary(deps);
  if (canary === null || runStop.reason !== null) return true;
  const earlier = ledger.canary.find();
  if (earlier?.passedAt != null) return true;
  ledger.bound.set(canary.last);
  const startedAt = clock.monotonic();
  await workOn(canary.items);
  if (runStop.reason !== null) return false;
  const workedMs = clock.monotonic() - startedAt;
  await ledger.write(() => ledger.canary.setComplete(workedMs), 'record');
  if (!(await askToContinue(deps, canary, earlier?.askedAt != null))) return false;
  ledger.bound.set(null);
  return true;
}

/**
 * The canary of the run; null if there is none. If a step sends fixed batches, such as the files of a group, the
 * canary has at least one full batch. Otherwise it would create a smaller group than the run without a canary.
 */
function findCanary({ guards, ledger, steps }: RunDependencies): Canary | null {
  if (guards.canary === null) return null;
  const batches = steps.map((step) => (fixedBatches(step) === null ? 1 : batchSize(step)));
  const items = Math.max(guards.canary, ...batches);
  const last = ledger.selection.seqAt(items);
  if (last === null || items >= countMatching(ledger)) return null;
  return { items, last };
}

function batchSize({ operation }: RunDependencies['steps'][number]): number {
  return operation.shape === 'batch' ? operation.chunkSize : 1;
}

/** Asks whether to continue, and records the answer. Returns true if it is yes. */
async function askToContinue(
  deps: RunDependencies,
  canary: Canary,
  wasAsked: boolean,
): Promise<boolean> {
  const { ledger, runStop } = deps;
  const report = createReport(deps, canary);
  deps.listener({ kind: 'canary-complete', report });
  const answer = await deps.confirmCanary(report, wasAsked);
  // Only now the results were certainly shown. Before that, `--yes` must not count as an answer.
  ledger.transaction(() => ledger.canary.setAsked(deps.serverNow()));
  if (answer === 'yes') {
    ledger.transaction(() => ledger.canary.setPassed(deps.serverNow()));
    return true;
  }
  const did = `The canary of ${formatCounted(report.items, 'item')} is complete`;
  if (answer === 'no') {
    const message = `${did}, and the answer to its question was no: the other ${formatCount(report.remaining)} are left alone. This run can't be resumed. To do them after all, start a new run.`;
    ledger.transactionFromReserve(() => {
      ledger.run.setState('declined', message, deps.serverNow());
    });
    runStop.stop({ kind: 'declined', message });
  } else {
    const message = `${did}. The other ${formatCount(report.remaining)} wait for an answer. Look at the results, then answer on a terminal, or continue with --yes.`;
    runStop.stop({ kind: 'canary', message, report });
  }
  return false;
}

function createReport({ ledger, steps }: RunDependencies, { items, last }: Canary): CanaryReport {
  const remaining = countMatching(ledger) - items;
  const names = new Set(steps.flatMap(({ paid }) => (paid === null ? [] : [paid.name])));
  return {
    items,
    remaining,
    listed: ledger.pages.listed(),
    counts: ledger.selection.countsUpTo(last),
    reasons: ledger.outcomes.reasons().map(({ state, reason, count, continuedFrom }) => {
      const step = continuedFrom === null ? undefined : steps[continuedFrom]?.id;
      return { state, reason, count, ...present({ step }) };
    }),
    paid: [...names].map((name) => ({ name, spent: ledger.paid.spent(name) })),
    workedMs: ledger.canary.find()?.workedMs ?? 0,
    results: ledger.selection.firstOutcomes(Math.min(SHOWN_RESULTS, items)),
    effects: countEffects(steps, remaining),
  };
}
