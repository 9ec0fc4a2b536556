import { formatCount } from '../progress/progress-words.ts';
import { plainText } from '../progress/terminal-text.ts';
import type { Plan } from '../run/plan-run.ts';
import type { ResultDocument } from './output.ts';
import { textTable } from './text-table.ts';

/** A plan as the document that `--json` prints. */
export function planDocument(jobName: string, plan: Plan): ResultDocument {
  return { type: 'plan', job: jobName, ...plan };
}

/** A plan as people read it. */
export function planText(jobName: string, plan: Plan): string {
  const rows = [
    ['listed', `${formatCount(plan.listed)} items on ${formatCount(plan.pages)} pages`],
    ['selected', `${formatCount(plan.selected)} items`],
    ['requests', `about ${formatCount(plan.requestsEstimate)} to do it`],
    ...plan.sample.map((key, index) => [index === 0 ? 'sample' : '', plainText(key)]),
  ];
  return `Plan of ${plainText(jobName)} (nothing was changed)\n${textTable(rows)}`;
}
