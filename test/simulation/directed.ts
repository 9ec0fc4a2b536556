import type { Schedule } from './schedule.ts';

/** A schedule that was made by hand, for what chance would need thousands of seeds. */
export interface DirectedSchedule {
  /** What must hold in it. */
  readonly name: string;
  readonly schedule: Schedule;
}

const QUIET = {
  seed: 1,
  world: 1,
  items: 8,
  concurrency: 2,
  service: 'well',
  throttle: null,
  resolve: null,
  mishaps: [],
} as const satisfies Omit<Schedule, 'scenario'>;

export const DIRECTED: readonly DirectedSchedule[] = [
  { name: 'a quiet run', schedule: { ...QUIET, scenario: 'delete' } },
];
