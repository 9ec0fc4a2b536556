import { resumeRun } from './resume-run.ts';
import type { RunContext, RunEnd } from './run-request.ts';

/**
 * Works on a run. If its window closes and the caller wants to wait (`waitsForWindow`), resumes it whenever the
 * window opens. In the meantime, other runs can use the project. If a signal ends the wait, the run stays stopped.
 */
export async function workInWindows(
  context: RunContext,
  work: (context: RunContext) => Promise<RunEnd>,
): Promise<RunEnd> {
  let end = await work(context);
  while (end.stop?.kind === 'window' && context.waitsForWindow === true) {
    try {
      end = await resumeRun(end.run, context);
    } catch (error) {
      if (context.drain.aborted) return end;
      throw error;
    }
  }
  return end;
}
