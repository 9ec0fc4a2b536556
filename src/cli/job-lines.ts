import { describeJobParts } from '../job/describe-job.ts';
import type { Job } from '../job/job-schema.ts';
import { plainText } from '../progress/terminal-text.ts';

/**
 * Formats a job as text: a line for each part of its selection, a numbered line for each step, and a line for
 * each rule. The steps have the same numbers as in a plan.
 */
export function jobLines(job: Job): string {
  const { selection, steps, rules } = describeJobParts(job);
  const width = String(steps.length).length + 1;
  const unnumbered = (text: string) => line('-'.padStart(width), text);
  return [
    ...selection.map(unnumbered),
    ...steps.map((step, index) => line(`${index + 1}.`.padStart(width), step)),
    ...labelTexts(job).map(unnumbered),
    ...rules.map(unnumbered),
  ].join('\n');
}

function labelTexts({ labels = {} }: Job): string[] {
  const texts = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return texts.length === 0 ? [] : [`labels: ${texts.join(', ')}`];
}

/**
 * Formats a line. The two spaces after the mark align it with the lines that follow when a narrow terminal
 * wraps it.
 */
function line(mark: string, text: string): string {
  const plain = plainText(text);
  return `  ${mark}  ${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
}
