import { jobPriority } from '../core/priority.ts';
import { parseRunId } from '../core/run.ts';
import { withCleanup } from '../core/with-cleanup.ts';
import { RunStop } from '../engine/run-stop.ts';
import { jobFingerprint } from '../job/job-fingerprint.ts';
import type { Job } from '../job/job-schema.ts';
import { Ledger } from '../ledger/ledger.ts';
import { openOtherWorks } from '../state/other-works.ts';
import { createStateDirectory } from '../state/state-paths.ts';
import { mostInFlight } from './adaptive-concurrency.ts';
import { checkList, readsInput, saveInput } from './check-list.ts';
import { checkProject } from './check-project.ts';
import { checkStillOpen, explainEarlyStop } from './early-stop.ts';
import { resolveProjects, withPublicKeys } from './job-projects.ts';
import { joinInWindow } from './join-projects.ts';
import { warnOfLowLimit } from './run-costs.ts';
import { keepPlan, type PlanToApply } from './run-plan.ts';
import type { RunContext, RunEnd } from './run-request.ts';
import { closeSession, openSession, workOnRun } from './run-session.ts';
import { chooseOnConflict } from './run-settings.ts';
import { RunWaits } from './run-waits.ts';
import { checkDeadline, enterWindow, watchWindow } from './run-window.ts';
import { beginSince } from './since.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { toolVersion } from './tool-version.ts';
import { keepInventory } from './use-inventory.ts';

/**
 * Starts a new run of a job and works on it until it ends or stops. If the run can't start, creates no run
 * and throws a `UserError` or a `ClassifiedError`. With `toApply`, the run does exactly the selection of this
 * plan.
 */
export function startRun(
  wanted: Job,
  caller: RunContext,
  jobFile?: string,
  toApply?: PlanToApply,
): Promise<RunEnd> {
  const waits = new RunWaits();
  const context = waits.watching(caller);
  return withCleanup(async (defer) => {
    checkProject(wanted, context.connection);
    const checkTimes = () => {
      const now = context.world.clock.now();
      checkDeadline(wanted, now);
      toApply?.checkAge(now);
    };
    checkTimes();
    await enterWindow(wanted, context, null);
    checkTimes();
    const projects = resolveProjects(wanted, context);
    const job = withPublicKeys(wanted, projects);
    const { world, connection, limits } = context;
    const { files } = world;
    const runStop = new RunStop();
    defer(stopOnSignals(context, runStop));
    const takesInput = readsInput(job);
    if (!takesInput) await checkList(job, { files, inputPath: null }, runStop.signal);
    const paths = await createStateDirectory(context.stateDirectory, files);
    const run = parseRunId(world.ids.runId());
    const onConflict = chooseOnConflict(job, context);
    const most = mostInFlight(job, context);
    const priority = jobPriority(job);
    warnOfLowLimit(job, context);
    const place = { paths, run, projects, onConflict, priority, most, defer };
    const joining = { ...place, resumed: null };
    const { joinedAt, catalog, reserve, shares } = await joinInWindow(job, context, joining);
    if (takesInput) await saveInput(job, { paths, run, context, defer }, runStop.signal);
    const kept =
      toApply &&
      (await keepPlan(toApply, { ...place, files, onOpen: limits?.onOpen }, runStop.signal));
    await keepInventory(job, { paths, run, projects, world, defer }, runStop.signal);
    const { clock } = world;
    const { listener } = context;
    const others = openOtherWorks({ job, paths, clock, catalog, connection, run, listener });
    context.limits?.onOpen?.(() => others.close());
    defer(() => others.close());
    const opening = { context, projects, runStop, run, joinedAt, catalog, shares };
    // The locks and standard input may have taken hours. The window and these times count for each request.
    await enterWindow(job, context, null);
    checkTimes();
    defer(watchWindow(job, { clock, runStop }));
    const start = { job, clock, runStop, resumed: null, isRepeatable: !takesInput };
    const session = await explainEarlyStop(start, openSession(job, opening));
    defer(() => closeSession(session));
    checkStillOpen(start);
    checkTimes();
    const { publicKey, restOrigin } = connection;
    const createdAt = session.services.clock.now();
    const ledger = Ledger.create(
      paths.ledger(run),
      {
        runId: run,
        toolVersion: toolVersion(),
        jobName: job.name,
        job,
        jobFile: jobFile ?? null,
        fingerprint: jobFingerprint(job),
        publicKey,
        restOrigin,
        createdAt,
        plan: kept?.record,
      },
      { clock: world.clock, crash: world.crash, maxPages: limits?.ledgerMaxPages, reserve },
    );
    limits?.onOpen?.(() => ledger.close());
    if (toApply?.approvedBy != null) {
      const text = `The plan was approved with the key ${toApply.approvedBy}`;
      ledger.activity.note({ at: clock.now(), kind: 'approved', text });
    }
    if (toApply === undefined) beginSince(job, { ledger, paths, context });
    defer(async () => {
      await world.crash('checkpoint');
      ledger.close();
    });
    waits.saveTo(ledger, runStop, context);
    return workOnRun(session, {
      ledger,
      catalog,
      others,
      reserve,
      planKeys: kept?.keys ?? null,
      resumed: false,
    });
  });
}
