import type { PollSchedule } from '../operations/operation.ts';
import type { TaskPorts } from './task.ts';

const GROWTH = 1.4;
const MIN_MS = 500;

/** When a job that has just begun is asked about, in server time. */
export function firstPollAt({ operation, serverNow }: TaskPorts): number {
  if (operation.shape !== 'remote') throw new Error(`${operation.kind} starts no remote jobs`);
  return serverNow() + operation.polling.firstMs;
}

/** How long to wait after the n-th poll (from 0) of a job that still runs, whole ms. */
export function pollDelay(schedule: PollSchedule, polls: number): number {
  const delay = Math.max(MIN_MS, schedule.firstMs / 2) * GROWTH ** polls;
  return Math.ceil(Math.min(schedule.maxMs, delay));
}
