import { formatCounted } from '../core/counted.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { Confirmation } from '../run/run-request.ts';
import type { Output } from './output.ts';
import type { Surroundings } from './surroundings.ts';

/** Asks before the first destructive request; a person types the number of items. */
export function createConfirm(facts: {
  readonly output: Output;
  readonly readLine: Surroundings['readLine'];
  /** The user's word, given beforehand. */
  readonly yes: boolean;
  readonly stop: AbortSignal;
  /** Keeps progress off the terminal while a person reads and types. */
  readonly suspend: <Result>(ask: () => Promise<Result>) => Promise<Result>;
}): (question: Confirmation) => Promise<boolean> {
  const { output, readLine } = facts;
  return async (question) => {
    if (facts.yes || question.items === 0) return true;
    const deed = deedWords(question.operation, question.items);
    const words = `${plainText(question.jobName)} is about to ${deed} of ${projectWords(question)}.\nThis cannot be undone.`;
    if (readLine === null) {
      output.warn(`${words} There is no terminal to ask on: add --yes if that is what you want.`);
      return false;
    }
    return facts.suspend(async () => {
      output.warn(`${words} Type ${question.items} to go on, anything else to stop:`);
      const line = await readLine(facts.stop);
      return line?.trim().replaceAll(/[,_ ]/g, '') === String(question.items);
    });
  };
}

function projectWords({ projects }: Confirmation): string {
  const words = projects.map(({ name, publicKey }) => {
    return name === undefined ? publicKey : `${publicKey} (${name} in the job)`;
  });
  return `${words.length === 1 ? 'project' : 'the projects'} ${words.join(' and ')}`;
}

function deedWords(operation: string, count: number): string {
  const some = (what: string) => formatCounted(count, what);
  if (operation === 'delete-group') return `delete ${some('group')}`;
  if (operation === 'addon/uc_clamav_virus_scan') {
    return `scan ${some('item')}, and to delete what is infected,`;
  }
  return `${operation} ${some('item')}`;
}
