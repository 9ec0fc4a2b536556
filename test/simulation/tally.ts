import { CRASH_POINTS } from '../../src/core/world.ts';
import { NETWORK_FAULTS } from '../support/wire-faults.ts';
import type { Schedule } from './schedule.ts';
import type { SimulationResult } from './simulate.ts';

/** A schedule with a violation. */
export interface FailedSchedule {
  readonly schedule: Schedule;
  readonly violations: readonly string[];
}

/** Sums over schedules. The sums of workers can be added. */
export interface Tally {
  schedules: number;
  items: number;
  requests: number;
  lives: number;
  inDoubt: number;
  readonly scenarios: Record<string, number>;
  readonly mishaps: Record<string, number>;
  readonly states: Record<string, number>;
  readonly failed: FailedSchedule[];
}

export function emptyTally(): Tally {
  const sums = { schedules: 0, items: 0, requests: 0, lives: 0, inDoubt: 0 };
  return { ...sums, scenarios: {}, mishaps: {}, states: {}, failed: [] };
}

/** Counts one schedule. */
export function count(tally: Tally, schedule: Schedule, result: SimulationResult): void {
  tally.schedules += 1;
  for (const sum of ['items', 'requests', 'lives', 'inDoubt'] as const) tally[sum] += result[sum];
  add(tally.scenarios, { [result.scenario]: 1 });
  add(tally.mishaps, result.mishaps);
  add(tally.states, Object.fromEntries(result.states.map((state) => [state, 1])));
  if (result.violations.length > 0) tally.failed.push({ schedule, violations: result.violations });
}

/** Adds the sums of another tally. */
export function merge(into: Tally, other: Tally): void {
  for (const sum of ['schedules', 'items', 'requests', 'lives', 'inDoubt'] as const) {
    into[sum] += other[sum];
  }
  add(into.scenarios, other.scenarios);
  add(into.mishaps, other.mishaps);
  add(into.states, other.states);
  into.failed.push(...other.failed);
}

/** The sums as text. */
export function tallyText(tally: Tally, seconds: number): string {
  const { schedules, items, requests, lives, inDoubt, failed } = tally;
  const rate = (schedules / seconds).toFixed(1);
  const faults = counted(tally.mishaps, 'fault: ');
  const deaths = counted(tally.mishaps, 'death: ');
  const others = Object.entries(tally.mishaps).filter(([kind]) => !/^(fault|death): /.test(kind));
  const unmet = NETWORK_FAULTS.filter((fault) => tally.mishaps[`fault: ${fault}`] === undefined);
  const alive = CRASH_POINTS.filter((point) => tally.mishaps[`death: ${point}`] === undefined);
  return [
    `${schedules} schedules in ${seconds.toFixed(1)} s (${rate}/s): ${items} items, ${requests} requests, ${lives} lives, ${inDoubt} items left in doubt`,
    `scenarios (${Object.keys(tally.scenarios).length}): ${listOf(Object.entries(tally.scenarios))}`,
    `faults: ${sumOf(faults)} of ${faults.length} kinds: ${listOf(faults)}`,
    ...(unmet.length > 0 ? [`  never met: ${unmet.join(', ')}`] : []),
    `deaths: ${sumOf(deaths)}: ${listOf(deaths)}`,
    ...(alive.length > 0 ? [`  never died at: ${alive.join(', ')}`] : []),
    `other mishaps: ${listOf(others)}`,
    `moves of items, in schedules: ${listOf(Object.entries(tally.states))}`,
    `${failed.length} schedules with violations`,
  ].join('\n');
}

function add(into: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, times] of Object.entries(more)) into[name] = (into[name] ?? 0) + times;
}

function counted(mishaps: Readonly<Record<string, number>>, prefix: string): [string, number][] {
  return Object.entries(mishaps)
    .filter(([kind]) => kind.startsWith(prefix))
    .map(([kind, times]) => [kind.slice(prefix.length), times]);
}

function sumOf(entries: readonly (readonly [string, number])[]): number {
  return entries.reduce((sum, [, times]) => sum + times, 0);
}

function listOf(entries: readonly (readonly [string, number])[]): string {
  const sorted = [...entries].sort(([, one], [, other]) => other - one);
  return sorted.map(([name, times]) => `${name} ${times}`).join(', ') || 'none';
}
