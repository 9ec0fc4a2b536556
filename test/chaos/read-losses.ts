import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Before the name of each log file of a coordinator. */
export const LOG_PREFIX = 'coordinator-';
/** A worker that stood still so short before its call was given up was dead for the fleet, ms. */
const STILL_MS = 30_000;
const LOSS = /A call to a worker counts as lost: (.*)$/;
const DIED = 'its worker has died';

/** A worker process, and what was done to it. */
export interface WorkerLife {
  /** The id that it printed; null if it was killed before. */
  id: string | null;
  /** Time of its kill -9, ms since 1970; null if it was not killed. */
  killedAt: number | null;
  /** Times at which it was stopped, ms since 1970. */
  readonly stoppedAt: number[];
}

/** A call that the coordinator gave up. */
interface Loss {
  readonly at: number;
  readonly worker: string | null;
  readonly why: string;
}

/** The results of the lost calls of a round. */
export interface LossCounts {
  readonly lostCalls: number;
  /** Calls that were given up because their worker had died, although it was neither killed nor stopped. */
  readonly falseDeaths: number;
  /** For each lost call of a killed worker, the time between the kill and the end of the call, ms. */
  readonly recoveryMs: readonly number[];
}

/** Reads from the coordinators' logs which calls were given up, and compares that with what was done to the workers. */
export function countLosses(directory: string, lives: readonly WorkerLife[]): LossCounts {
  const byId = new Map(lives.map((life) => [life.id, life]));
  const recoveryMs: number[] = [];
  let falseDeaths = 0;
  const losses = readLosses(directory);
  for (const { at, worker, why } of losses) {
    const life = byId.get(worker);
    if (worker === null || life === undefined) continue;
    if (life.killedAt !== null && life.killedAt <= at) recoveryMs.push(at - life.killedAt);
    else if (why === DIED && !wasStill(life, at)) falseDeaths += 1;
  }
  return { lostCalls: losses.length, falseDeaths, recoveryMs };
}

function wasStill({ stoppedAt }: WorkerLife, at: number): boolean {
  return stoppedAt.some((stopped) => stopped <= at && at - stopped <= STILL_MS);
}

function readLosses(directory: string): Loss[] {
  const losses: Loss[] = [];
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(LOG_PREFIX)) continue;
    for (const line of readFileSync(join(directory, name), 'utf8').split('\n')) {
      if (!LOSS.test(line.replace(/"}$/, ''))) continue;
      const { time, worker = null, msg } = JSON.parse(line) as LogFields;
      losses.push({ at: new Date(time).getTime(), worker, why: LOSS.exec(msg)?.[1] ?? '' });
    }
  }
  return losses;
}

interface LogFields {
  readonly time: string | number;
  readonly worker?: string | null;
  readonly msg: string;
}
