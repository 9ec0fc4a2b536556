import { formatCount, formatCounted } from '../core/counted.ts';
import { formatCost } from '../core/money.ts';
import type { CostPart, PlannedCost } from '../plans/planned-cost.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { RunEnd } from '../run/run-request.ts';
import type { RunCost, StepCost } from '../state/run-cost.ts';

/** The rows of a plan about its cost: the total, and the cost of each step and of the requests. */
export function costRows(cost: PlannedCost | undefined): string[][] {
  if (cost === undefined) return [];
  const { currency, parts, unpriced, limit } = cost;
  const money = (amount: string) => formatCost({ amount, currency });
  const limitNote =
    limit === null ? '' : `; the run stops before it exceeds limits.cost, ${money(limit)}`;
  // Nobody knows the number of polls and retries before the run, so a sum with requests is an estimate.
  const bound = parts.some(({ step }) => step === null) ? 'about' : 'at most';
  return [
    ['cost', `${bound} ${money(cost.total)}${limitNote}`],
    ...parts.map((part) => ['', costPartText(part, money)]),
    ...unpriced.map((name) => ['', `not included: ${name}, which has no price`]),
  ];
}

/** Formats `step cut: at most 160.00 EUR, 2,000 x 0.08 EUR (remove_bg)`. */
function costPartText(
  { step, name, units, price, amount }: CostPart,
  money: (amount: string) => string,
): string {
  const product = `${money(amount)}, ${formatCount(units)} x ${money(price)}`;
  return step === null
    ? `requests: about ${product}`
    : `step ${step}: at most ${product} (${name})`;
}

/** The rows of `status` and of a summary about the cost of a run: the total, each step, and the requests. */
export function runCostRows({ cost, labels }: Pick<RunEnd, 'cost' | 'labels'>): string[][] {
  return [...(cost === null ? [] : costPartRows(cost)), ...labelRows(labels)];
}

function costPartRows({
  currency,
  atMost,
  certain,
  planned,
  limit,
  kept,
  parts,
  unpriced,
}: RunCost) {
  const money = (amount: string) => formatCost({ amount, currency });
  const notes = [
    ...(certain === atMost ? [] : [`${money(certain)} of it certain`]),
    ...(limit === null ? [] : [`limits.cost: ${money(limit)}`]),
  ];
  const isKept = kept !== null && Number(kept) > 0;
  const total = certain === atMost ? money(atMost) : `at most ${money(atMost)}`;
  const hasReserved = parts.some(({ reserved }) => reserved > 0);
  const isLong = parts.length > 1 || planned !== null || hasReserved;
  return [
    ['cost', notes.length === 0 ? total : `${total} (${notes.join('; ')})`],
    ...(isLong ? parts.map((part) => ['', stepCostText(part, money)]) : []),
    ...(isKept
      ? [['', `kept: ${money(kept)} of limits.cost, for further requests of items in progress`]]
      : []),
    ...unpriced.map((name) => ['', `not included: ${name}, which has no price`]),
  ];
}

/** Formats `step cut: 12.00 EUR, planned at most 160.00 EUR (150 remove_bg)`. */
function stepCostText(
  { step, name, units, reserved, amount, planned }: StepCost,
  money: (amount: string) => string,
): string {
  const plan = planned === null ? '' : `, planned at most ${money(planned)}`;
  if (step === null) {
    const unsent = reserved === 0 ? '' : `, ${formatCount(reserved)} of them reserved and not sent`;
    return `requests: ${money(amount)} (${formatCounted(units, 'request')}${unsent})`;
  }
  return `step ${plainText(step)}: ${money(amount)}${plan} (${formatCount(units)} ${name})`;
}

function labelRows(labels: Readonly<Record<string, string>> | null): string[][] {
  const texts = Object.entries(labels ?? {}).map(([name, value]) => `${name}=${value}`);
  return texts.length === 0 ? [] : [['labels', plainText(texts.join(', '))]];
}
