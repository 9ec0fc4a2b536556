import { formatCount } from '../core/counted.ts';
import { describeJob } from '../job/describe-job.ts';
import { keyFingerprint } from '../plans/approval-keys.ts';
import { hasValidSignature } from '../plans/plan-approval.ts';
import type { PlanApproval } from '../plans/plan-format.ts';
import type { ReadPlan } from '../plans/read-plan.ts';
import { plainText } from '../progress/terminal-text.ts';
import { jobLines } from './job-lines.ts';
import type { ResultDocument } from './output.ts';
import { planRows, type ShownPlan } from './plan-text.ts';
import { textTable } from './text-table.ts';

/** Returns a plan file as the JSON document that `show --json` prints. */
export function planFileDocument(plan: ReadPlan): ResultDocument {
  const { file, header, job, summary, items, open, sha256 } = plan;
  const { tool, createdAt, project, restOrigin, jobFile, fingerprint } = header;
  return {
    type: 'plan-file',
    file,
    sha256,
    format: header.format,
    tool,
    createdAt,
    project,
    restOrigin,
    jobFile,
    fingerprint,
    job: job.name,
    description: describeJob(job),
    items,
    open,
    approvers: header.approvers.map(keyFingerprint),
    approvals: plan.approvals.map((approval) => ({
      key: keyFingerprint(approval.key),
      at: approval.at,
      isValid: hasValidSignature(sha256, approval),
    })),
    plan: summary,
  };
}

/** Returns a plan file as text. */
export function planFileText(plan: ReadPlan): string {
  const { file, header, job, summary, items, open, sha256 } = plan;
  const rows = [
    ['made', plainText(`${header.createdAt} by ucbulk ${header.tool}`)],
    ['project', plainText(`${header.project} at ${header.restOrigin}`)],
    [
      'items',
      open === 0 ? formatCount(items) : `${formatCount(items)}, and ${formatCount(open)} undecided`,
    ],
    ['sha256', sha256],
    ...header.approvers.map((key) => ['needs', `the approval of ${keyFingerprint(key)}`]),
    ...plan.approvals.map((approval) => ['approved', approvalText(sha256, approval)]),
    ...planRows(summary as ShownPlan).filter(([label]) => label !== 'project'),
  ];
  const heading = `Plan of ${plainText(job.name)} in ${plainText(file)}`;
  return `${heading}\n${jobLines(job)}\n${textTable(rows)}`;
}

function approvalText(sha256: string, approval: PlanApproval): string {
  const text = `by ${keyFingerprint(approval.key)}, ${plainText(approval.at)}`;
  return hasValidSignature(sha256, approval) ? text : `WRONG SIGNATURE: ${text}`;
}
