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
  output.say(summaryText(end, code, { advice, paint: output.paint }));
  return code;
}
