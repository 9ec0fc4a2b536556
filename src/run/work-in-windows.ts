import { resumeRun } from './resume-run.ts';
import type { RunContext, RunEnd } from './run-request.ts';
import { WindowClosed } from './run-window.ts';

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
  let end = await beginInWindow(context, work);
  while (end.stop?.kind === 'window' && context.waitsForWindow === true) {
    try {
      const { run } = end;
      const next = await beginInWindow({ ...context, startedAt }, (inner) => resumeRun(run, inner));
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

/** Works on a run. If its window closes before the run began, tries again when the window opens. */
async function beginInWindow(
  context: RunContext,
  work: (context: RunContext) => Promise<RunEnd>,
): Promise<RunEnd> {
  for (;;) {
    try {
      return await work(context);
    } catch (error) {
      if (!(error instanceof WindowClosed) || context.waitsForWindow !== true) throw error;
    }
  }
}
