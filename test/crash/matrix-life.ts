import type { RunId } from '../../src/core/run.ts';
import type { CrashPoint } from '../../src/core/world.ts';
import type { Job } from '../../src/job/job-schema.ts';
import { applyPlan } from '../../src/run/apply-plan.ts';
import { resumeRun } from '../../src/run/resume-run.ts';
import { retryRun } from '../../src/run/retry-run.ts';
import { startRun } from '../../src/run/start-run.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { type ClockAnchor, contextAt, fastWorld, type Kill, SPEED } from './matrix-world.ts';

/** What a life that ends early is told, as its one argument. */
export interface LifeOrder {
  readonly job: Job;
  /** Path of the plan to apply if no run is there; null for a run with its own selection. */
  readonly plan: string | null;
  /** The run to go on with; null starts one. */
  readonly run: RunId | null;
  /** True if the life retries the failed items of the run. */
  readonly isRetry: boolean;
  readonly origin: string;
  readonly stateDirectory: string;
  readonly anchor: ClockAnchor;
  readonly kill: Kill;
}

/** By then the bytes of a request have left, and an answer that is not held back is not yet here. */
const WRITTEN_MS = 25;

const order = JSON.parse(process.argv[2] ?? '') as LifeOrder;
const stop = new AbortController();
let hits = 0;
const { kill, anchor, job, plan, run, isRetry } = order;
const wanted = { codes: null, where: null };
const isStopped = 'point' in kill && (kill.point === 'draining' || kill.point === 'drained');
if ('afterMs' in kill) setTimeout(die, kill.afterMs);
const now = () => anchor.emulated + (Date.now() - anchor.real) * SPEED;
const world = fastWorld(createSystemWorld(), now, (point) => reach(point));
const context = contextAt(order, world, stop.signal);
if (run !== null) await (isRetry ? retryRun({ run, wanted }, context) : resumeRun(run, context));
else if (plan === null) await startRun(job, context);
else await applyPlan({ path: plan, file: 'job.plan' }, context);

function reach(point: CrashPoint): Promise<never> | undefined {
  if (isStopped && point === 'group-commit') stop.abort();
  if (!('point' in kill) || point !== kill.point) return undefined;
  hits += 1;
  if (hits !== kill.hit) return undefined;
  if (point === 'after-write') {
    setTimeout(die, WRITTEN_MS);
    return undefined;
  }
  die();
  return new Promise(() => undefined);
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
