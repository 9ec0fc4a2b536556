import { withCleanup } from '../core/with-cleanup.ts';
import { jobFingerprint } from '../job/job-fingerprint.ts';
import type { Job } from '../job/job-schema.ts';
import { createEntry } from '../plans/entry-hash.ts';
import { PLAN_FORMAT, type PlanHeader } from '../plans/plan-format.ts';
import { createPlanWriter, type PlanTarget } from '../plans/write-plan.ts';
import type { CountedPage } from './count-selection.ts';
import { resolveProjects, withPublicKeys } from './job-projects.ts';
import type { Plan } from './plan.ts';
import { planRun } from './plan-run.ts';
import type { RunContext } from './run-request.ts';
import { toolVersion } from './tool-version.ts';

/** The options of a plan file. */
export interface Freezing extends Omit<PlanTarget, 'files'> {
  /** Path of the job file as the user gave it; null if the job came from standard input. */
  readonly jobFile: string | null;
  /** Public keys of which one must approve the plan. Empty if nobody must approve it. */
  readonly approvers: readonly string[];
}

/**
 * Plans a run of a job, and writes its selection to a file. `onPage` receives the items of each page. Returns
 * the plan, and the hash of the file.
 */
export function freezePlan(
  job: Job,
  context: RunContext,
  freezing: Freezing,
  onPage: (page: CountedPage) => void = () => undefined,
): Promise<{ readonly plan: Plan; readonly sha256: string }> {
  return withCleanup(async (defer) => {
    const { files } = context.world;
    const writer = await createPlanWriter(
      { ...freezing, files },
      createHeader(job, context, freezing),
    );
    defer(() => writer.discard());
    const plan = await planRun(job, context, async (page) => {
      onPage(page);
      const { selected, open } = page;
      await writer.add([
        ...selected.map((candidate) => createEntry(candidate, false)),
        ...open.map((candidate) => createEntry(candidate, true)),
      ]);
    });
    return { plan, sha256: await writer.finish(plan) };
  });
}

function createHeader(wanted: Job, context: RunContext, freezing: Freezing): PlanHeader {
  const job = withPublicKeys(wanted, resolveProjects(wanted, context));
  const { publicKey, restOrigin } = context.connection;
  return {
    ucbulk: 'plan',
    format: PLAN_FORMAT,
    tool: toolVersion(),
    createdAt: new Date(context.world.clock.now()).toISOString(),
    project: publicKey,
    restOrigin,
    jobFile: freezing.jobFile,
    fingerprint: jobFingerprint(job),
    approvers: freezing.approvers,
    job: JSON.parse(JSON.stringify(job)),
  };
}
