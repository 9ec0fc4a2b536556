import type { Job } from '../job/job-schema.ts';
import { type Plan, planRun } from '../run/plan-run.ts';
import type { Invocation } from './command.ts';
import { planDocument, planText } from './plan-text.ts';
import { type RunOrder, withRunContext } from './with-run-context.ts';

/** Plans a run of a job, and prints the plan. */
export async function printPlan(job: Job, invocation: Invocation, order: RunOrder): Promise<Plan> {
  const { output } = invocation;
  const { result } = await withRunContext(invocation, order, (context) => planRun(job, context));
  output.result(planDocument(job, result), () => output.fit(planText(job, result)));
  return result;
}
