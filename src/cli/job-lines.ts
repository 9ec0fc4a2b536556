import { describeJobParts } from '../job/describe-job.ts';
import type { Job } from '../job/job-schema.ts';
import { plainText } from '../progress/terminal-text.ts';

/** A job as text: a numbered line for each action, then its rules. */
export function jobLines(job: Job): string {
  const { actions, rules } = describeJobParts(job);
  const width = String(actions.length).length + 1;
  return [
    ...actions.map((action, index) => line(`${index + 1}.`.padStart(width), action)),
    ...rules.map((rule) => line('-'.padStart(width), rule)),
  ].join('\n');
}

/** Two spaces after the mark: on a narrow terminal, wrapped lines then align with the text. */
function line(mark: string, text: string): string {
  const plain = plainText(text);
  return `  ${mark}  ${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
}
