import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChaosCoordinator } from './chaos-coordinator.ts';
import { CHAOS_JOBS } from './chaos-jobs.ts';
import { openStage } from './chaos-stage.ts';
import { ChaosWorkers } from './chaos-workers.ts';
import { countEffects } from './emulator-facts.ts';
import { injure, type Victims } from './injure.ts';
import { judgeRound, type Verdict } from './judge-round.ts';
import { countLosses, type LossCounts } from './read-losses.ts';

/** The settings of a round. */
export interface RoundOptions {
  /** A name in `CHAOS_JOBS`. */
  readonly name: string;
  readonly seed: number;
  /** The time of the chaos. The run ends in peace afterwards. */
  readonly seconds: number;
  /** Mean time between two injuries. */
  readonly everyMs: number;
  readonly redisServer: string;
  readonly fsync: string;
}

/** The result of a round. */
export interface RoundResult extends Verdict, LossCounts {
  readonly name: string;
  readonly workerKills: number;
  readonly stops: number;
  readonly redisKills: number;
  readonly flushes: number;
  readonly coordinatorKills: number;
  /** The causes of the ends of the run without a kill, before it was finished. */
  readonly ownEnds: readonly string[];
  readonly seconds: number;
  /** The folder of the ledger and of the logs, if it was kept for a violation. */
  readonly kept: string | null;
}

/** The chaos begins when the run has so many effects. */
const FIRST_EFFECTS = 3;
const LOOK_EVERY_MS = 300;
/** A run that has not ended so long after the chaos counts as stuck, ms. */
const PEACE_MS = 600_000;

/** Starts a run with a fleet, injures its processes, lets the run end, and compares it with the emulator's audit log. */
export async function chaosRound(options: RoundOptions): Promise<RoundResult> {
  const job = CHAOS_JOBS[options.name];
  if (job === undefined) throw new Error(`There is no job ${options.name}`);
  const items = Math.ceil(job.itemsPerSecond * options.seconds);
  const stage = await openStage({ ...options, job, items });
  const startedAt = Date.now();
  const workers = new ChaosWorkers(stage);
  const coordinator = new ChaosCoordinator(stage, job.rate);
  const victims: Victims = { workers, coordinator, redis: stage.redis };
  try {
    await untilAtWork(victims, () => countEffects(stage.emulator.origin, job.effect));
    const { redisKills, flushes } = await injure(victims, options);
    const stuck = await untilFinished(coordinator);
    const verdict = await judgeRound(stage, job);
    const violations = [...stuck, ...verdict.violations];
    const losses = countLosses(stage.directory, workers.lives);
    if (violations.length === 0) rmSync(stage.directory, { recursive: true, force: true });
    return {
      ...verdict,
      ...losses,
      violations,
      name: options.name,
      workerKills: workers.kills,
      stops: workers.stops,
      redisKills,
      flushes,
      coordinatorKills: coordinator.kills,
      ownEnds: coordinator.ownEnds,
      seconds: Math.round((Date.now() - startedAt) / 1000),
      kept: violations.length === 0 ? null : stage.directory,
    };
  } finally {
    coordinator.end();
    await workers.end();
    await stage.close();
  }
}

async function untilAtWork(
  { coordinator }: Victims,
  effects: () => Promise<number>,
): Promise<void> {
  while (!coordinator.isFinished && (await effects()) < FIRST_EFFECTS) await sleep(LOOK_EVERY_MS);
}

/** Waits for the end of the run. Returns the reason why it has none, as a list. */
async function untilFinished(coordinator: ChaosCoordinator): Promise<string[]> {
  const until = Date.now() + PEACE_MS;
  while (!coordinator.isFinished && Date.now() < until) await sleep(LOOK_EVERY_MS);
  if (!coordinator.isFinished) return [`the run did not end within ${PEACE_MS / 1000} s of peace`];
  return coordinator.stuck === null ? [] : [coordinator.stuck];
}
