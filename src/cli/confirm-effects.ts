import type { ConfirmAnswer } from '../core/consent.ts';
import { formatEffect } from '../core/effect-count.ts';
import { formatCost, moneyText, toMoney } from '../core/money.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { Confirmation } from '../run/run-request.ts';
import { type Asking, askNumber } from './ask-number.ts';

/**
 * Creates a function that asks the user before the first request that deletes a file or costs money. To
 * agree, the user types the number of deletes and payments.
 */
export function createConfirm(
  facts: Asking & {
    /** True if the user passed `--yes`. The function then does not ask. */
    readonly yes: boolean;
    /** Tells how to agree if there is no terminal to ask on. */
    readonly withoutTerminal: string;
  },
): (question: Confirmation, signal?: AbortSignal) => Promise<ConfirmAnswer> {
  return async (question, signal) => {
    if (facts.yes) return 'yes';
    const most = Math.max(...question.effects.map(({ count }) => count));
    const no = question.isRetry ? 'to retry nothing' : 'to decline this run';
    return askNumber(facts, {
      words: questionText(question),
      number: most,
      again: `Type ${most} to continue, or no ${no}:`,
      withoutTerminal: facts.withoutTerminal,
      signal,
    });
  };
}

/** Tells how to agree to a run if there is no terminal to ask on. A one-liner has no job file to change. */
export function explainNoTerminal(order: {
  readonly flags: { readonly [flag: string]: unknown };
  readonly job?: unknown;
  readonly jobPath?: string | null;
}): string {
  const { fromStdin, from } = order.flags;
  if (fromStdin === true || from === '-') {
    return "Standard input is the list, so ucbulk can't read an answer from it. To agree, add --yes.";
  }
  const isOneLiner = order.job !== undefined && order.jobPath === undefined;
  return isOneLiner
    ? 'There is no terminal to ask on. To agree, add --yes.'
    : 'There is no terminal to ask on. To agree, add --yes, or set `guard.confirm: false` beside `project:` in the job file.';
}

function questionText(question: Confirmation): string {
  const lines = question.effects.map((effect) => `  ${formatEffect(effect)}`);
  const kinds = new Set(question.effects.map(({ kind }) => kind));
  return [
    question.isRetry
      ? `${plainText(question.jobName)} is about to do this again in ${formatProjects(question)}, because the jobs that it paid for ended in errors:`
      : `${plainText(question.jobName)} is about to do this in ${formatProjects(question)}:`,
    ...lines,
    ...(kinds.has('delete') ? [deletesText(question)] : []),
    ...(kinds.has('pay') ? ['Uploadcare charges the account for paid operations.'] : []),
    ...costLines(question),
  ].join('\n');
}

function deletesText({ hasBackups }: Confirmation): string {
  return hasBackups === true
    ? 'Each file is copied first. `ucbulk restore` can import the copies, as new files with new UUIDs.'
    : 'Deletes cannot be undone.';
}

/** The sum of all payments. It has a line of its own if there are several, or if the run has a cost limit. */
function costLines({ effects, costLimit }: Confirmation): string[] {
  const paid = effects.filter(({ kind }) => kind === 'pay');
  const costs = paid.map(({ cost }) => cost).filter((cost) => cost !== undefined);
  const [first] = costs;
  if (first === undefined) return [];
  const sum = costs.reduce((total, { amount }) => total + toMoney(amount), 0n);
  const total = formatCost({ amount: moneyText(sum), currency: first.currency });
  const missing = costs.length === paid.length ? '' : ' Some of them have no price.';
  const limit =
    costLimit === undefined
      ? ''
      : ` The run stops before it costs more than ${formatCost(costLimit)} (limits.cost).`;
  return [`By your prices, this costs at most ${total}, plus requests.${missing}${limit}`];
}

function formatProjects({ projects }: Confirmation): string {
  const words = projects.map(({ name, publicKey }) => {
    return name === undefined ? publicKey : `${publicKey} (${name} in the job)`;
  });
  return `${words.length === 1 ? 'project' : 'the projects'} ${words.join(' and ')}`;
}
