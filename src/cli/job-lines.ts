import { describeJobParts } from '../job/describe-job.ts';
import type { Job } from '../job/job-schema.ts';
import { plainText } from '../progress/terminal-text.ts';

/** Formats a job as text: one numbered line for each action, then one line for each rule. */
export function jobLines(job: Job): string {
  const { actions, rules } = describeJobParts(job);
  const width = String(actions.length).length + 1;
  return [
    ...actions.map((action, index) => line(`${index + 1}.`.padStart(width), action)),
    ...labelLines(job, width),
    ...rules.map((rule) => line('-'.padStart(width), rule)),
  ].join('\n');
}

function labelLines({ labels = {} }: Job, width: number): string[] {
  const texts = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return texts.length === 0 ? [] : [line('-'.padStart(width), `labels: ${texts.join(', ')}`)];
}

/**
 * Formats a line. The two spaces after the mark align it with the lines that follow when a narrow terminal
 * wraps it.
 */
function line(mark: string, text: string): string {
  const plain = plainText(text);
  return `  ${mark}  ${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
}
