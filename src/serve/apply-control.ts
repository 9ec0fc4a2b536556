import { isUnfinished, type RunId } from '../core/run.ts';
import type { ControlChange, ControlRecord } from '../core/run-control.ts';
import { UserError } from '../core/user-error.ts';
import type { World } from '../core/world.ts';
import type { ControlRequest, Reply } from '../page-data/shapes.ts';
import { type ControlResult, controlRun } from '../state/control-run.ts';
import { readRun } from '../state/read-runs.ts';

const CHANGES = {
  pause: { state: 'paused' },
  continue: { state: null },
  stop: { state: 'stopped' },
} as const satisfies Record<string, ControlChange>;

/** Asks a run to pause, continue, stop or change its limits, and waits until it obeys. */
export async function applyControl(
  { run, request }: { readonly run: RunId; readonly request: ControlRequest },
  { stateDirectory }: { readonly stateDirectory: string },
  world: World,
): Promise<Reply> {
  const { isRunning, isWaiting, state } = await readRun(stateDirectory, run, world);
  if (!isRunning && !isWaiting) {
    const resume = isUnfinished(state) ? ` To continue it: \`ucbulk resume ${run}\`.` : '';
    throw new UserError('refused', `No process works on run ${run}: it is ${state}.${resume}`);
  }
  const change = toChange(request);
  const result = await controlRun(stateDirectory, { run, change }, world);
  return { text: replyText(request.action, result) };
}

function toChange(request: ControlRequest): ControlChange {
  if (request.action !== 'set') return CHANGES[request.action];
  const { rate, concurrency } = request;
  return {
    ...(rate !== undefined && { rate }),
    ...(concurrency !== undefined && { concurrency }),
  };
}

function replyText(
  action: ControlRequest['action'],
  { outcome, control, hasEnded }: ControlResult,
): string {
  if (outcome === 'unanswered') {
    return 'The run has not confirmed yet. It obeys as soon as it reads the request.';
  }
  if (outcome === 'ended') return 'The run has ended.';
  switch (action) {
    case 'pause':
      return 'The run is paused. It still records the answers to requests that it has sent.';
    case 'continue':
      return 'The run continues.';
    case 'stop':
      return hasEnded
        ? 'The run has stopped.'
        : 'The run sends nothing new, and waits for the answers to requests that it has sent.';
    case 'set':
      return limitsText(control);
  }
}

/** Describes the limits that the run keeps to. The job may allow less than the user asked for. */
function limitsText({ maxRate, maxConcurrency }: ControlRecord): string {
  const rate = maxRate === null ? 'as fast as the service allows' : `with at most ${maxRate}/s`;
  return `The run now sends requests ${rate}, and at most ${maxConcurrency} at the same time.`;
}
