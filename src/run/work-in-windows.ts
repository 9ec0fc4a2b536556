import { resumeRun } from './resume-run.ts';
import type { RunContext, RunEnd } from './run-request.ts';

/**
 * Works on a run. If its window closes and the caller wants to wait (`waitsForWindow`), resumes it whenever the
 * window opens. In the meantime, other runs can use the project. If a signal ends the wait, the run stays stopped.
 * The numbers of the end are the sums of all windows of this process.
 */
export async function workInWindows(
  context: RunContext,
  work: (context: RunContext) => Promise<RunEnd>,
): Promise<RunEnd> {
  const startedAt = context.world.clock.now();
  let end = await work(context);
  while (end.stop?.kind === 'window' && context.waitsForWindow === true) {
    try {
      const next = await resumeRun(end.run, { ...context, startedAt });
      end = {
        ...next,
        requests: end.requests + next.requests,
        throttled: end.throttled + next.throttled,
        elapsedMs: end.elapsedMs + next.elapsedMs,
      };
    } catch (error) {
      if (context.drain.aborted) return end;
      throw error;
    }
  }
  return end;
}
