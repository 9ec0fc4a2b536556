import type { RunContext, RunEnd } from '../run/run-request.ts';
import type { Invocation } from './command.ts';
import { type ExitCode, exitCodeForEnd } from './exit-code.ts';
import { summaryDocument, summaryText } from './run-summary.ts';
import { type RunOrder, withRunContext } from './with-run-context.ts';

/** Works until the run ends or is stopped, then says how it went. */
export async function executeRun(
  invocation: Invocation,
  order: RunOrder,
  work: (context: RunContext) => Promise<RunEnd>,
): Promise<ExitCode> {
  const { output, advice } = invocation;
  const { result: end, signal } = await withRunContext(invocation, order, work);
  const code = exitCodeForEnd(end, signal);
  output.result(summaryDocument(end, code, advice), () => '');
  const summary = summaryText(end, code, { advice, paint: output.paint });
  // As cron likes it: quiet means silent where all went well, and never where it did not.
  if (code === 0) output.say(summary);
  else output.warn(summary);
  return code;
}
