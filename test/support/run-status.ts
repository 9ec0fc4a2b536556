import { NONE_PASSED_OVER } from '../../src/core/passed-over.ts';
import { parseRunId } from '../../src/core/run.ts';
import { stateCounts } from '../../src/core/state-counts.ts';
import { NONE_UNDECIDED } from '../../src/core/undecided.ts';
import type { RunStatus } from '../../src/state/run-status.ts';

const at = (time: string) => Date.parse(`2026-11-22T${time}Z`);

/** The exclusions of a run whose source had no entry that did not become an item. */
export const NOTHING_LEFT_OUT = {
  repeated: 0,
  rejected: 0,
  undecided: NONE_UNDECIDED,
  passedOver: NONE_PASSED_OVER,
  unlisted: 0,
} as const;

/** The status of an interrupted run; name only what a test is about. */
export function interruptedRun(
  counts: Parameters<typeof stateCounts>[0],
  changes: Partial<RunStatus> = {},
): RunStatus {
  return {
    run: parseRunId('r1'),
    jobName: 'cut',
    publicKey: 'demopublickey',
    restOrigin: 'https://api.uploadcare.com',
    state: 'interrupted',
    isRunning: false,
    isWaiting: false,
    stopReason: null,
    waitsForAnswer: false,
    createdAt: at('13:40:00'),
    endedAt: at('14:01:50'),
    walkFinished: true,
    pages: 2,
    counts: stateCounts(counts),
    leftOut: NOTHING_LEFT_OUT,
    rejects: null,
    steps: [],
    lostAnswers: null,
    waits: [],
    paid: [],
    cost: null,
    labels: null,
    since: null,
    schedule: null,
    pace: null,
    timeLeft: null,
    lastActivityAt: null,
    sample: null,
    process: null,
    workers: null,
    hasFleet: false,
    control: null,
    ...changes,
  };
}
