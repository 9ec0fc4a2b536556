import { resolve } from 'node:path';
import type { Job } from '../job/job-schema.ts';
import { plainText } from '../progress/terminal-text.ts';
import { type PlanComparison, withComparison } from '../run/compare-plan.ts';
import type { CountedPage } from '../run/count-selection.ts';
import { freezePlan } from '../run/freeze-plan.ts';
import type { Plan } from '../run/plan.ts';
import { planRun } from '../run/plan-run.ts';
import type { RunContext } from '../run/run-request.ts';
import type { Invocation } from './command.ts';
import { comparisonText } from './comparison-text.ts';
import { planDocument, planText } from './plan-text.ts';
import { type RunOrder, withRunContext } from './with-run-context.ts';

/** The parts of a plan that only the command `plan` has. */
export interface PlanOrder {
  /** Path of the plan file to write; undefined to write none. */
  readonly output?: string | undefined;
  readonly overwrite?: boolean;
  /** Path of an earlier plan file to compare with. */
  readonly compare?: string | undefined;
  /** Path of the job file as the user gave it. */
  readonly jobFile?: string;
  readonly approvers?: readonly string[];
}

/** A plan that was printed. */
export interface PrintedPlan {
  readonly plan: Plan;
  readonly comparison: PlanComparison | null;
}

/** Plans a run of a job, writes a plan file if the user wants one, and prints the plan. */
export async function printPlan(
  job: Job,
  invocation: Invocation,
  order: RunOrder & PlanOrder,
): Promise<PrintedPlan> {
  const { output, surroundings } = invocation;
  const { result } = await withRunContext(invocation, order, async (context) => {
    const make = (onPage?: (page: CountedPage) => void) =>
      makePlan(job, context, { invocation, order, onPage });
    if (order.compare === undefined) return { ...(await make()), comparison: null };
    const { connection } = order;
    const earlier = { file: order.compare, path: resolve(surroundings.cwd, order.compare) };
    const { world } = surroundings;
    const compared = await withComparison(earlier, { job, connection, world }, make);
    return { ...compared.result, comparison: compared.comparison };
  });
  const { plan, file, comparison } = result;
  const extra = {
    ...(file !== null && { file }),
    ...(comparison !== null && { comparison }),
  };
  output.summary({ ...planDocument(job, plan), ...extra }, () =>
    output.fit(
      [planText(job, plan), ...(comparison === null ? [] : [comparisonText(comparison)])].join(
        '\n',
      ),
    ),
  );
  if (file !== null && !output.json) {
    output.info(`Written: ${plainText(file.path)}\n${nextStep(order)}`);
  }
  return { plan, comparison };
}

function nextStep({ output = '', approvers = [] }: PlanOrder): string {
  const name = plainText(output);
  return approvers.length === 0
    ? `To do exactly this: ucbulk apply ${name}`
    : `Another person must approve it: ucbulk approve ${name} --key KEY`;
}

interface MadePlan {
  readonly plan: Plan;
  readonly file: { readonly path: string; readonly sha256: string } | null;
}

async function makePlan(
  job: Job,
  context: RunContext,
  {
    invocation,
    order,
    onPage,
  }: {
    readonly invocation: Invocation;
    readonly order: PlanOrder;
    readonly onPage: ((page: CountedPage) => void) | undefined;
  },
): Promise<MadePlan> {
  if (order.output === undefined) return { plan: await planRun(job, context, onPage), file: null };
  const { cwd, world } = invocation.surroundings;
  const path = resolve(cwd, order.output);
  const { plan, sha256 } = await freezePlan(
    job,
    context,
    {
      path,
      id: world.ids.runId(),
      overwrite: order.overwrite === true,
      jobFile: order.jobFile === '-' ? null : (order.jobFile ?? null),
      approvers: order.approvers ?? [],
    },
    onPage,
  );
  return { plan, file: { path, sha256 } };
}
