import type { Job } from '../job/job-schema.ts';
import { hasRetryableItem } from '../run/review-retry.ts';
import type { RunContext, RunEnd } from '../run/run-request.ts';
import { workInWindows } from '../run/work-in-windows.ts';
import { RunSkipped } from '../state/run-locks.ts';
import type { Invocation } from './command.ts';
import { type Advice, withAllowedCode, withFleetAddress } from './command-advice.ts';
import { type ExitCode, exitCodeForEnd } from './exit-code.ts';
import { hasWarnings } from './next-commands.ts';
import { summaryDocument, summaryText } from './run-summary.ts';
import { mayRunCode, untrustedCode } from './trusted-code.ts';
import { withFleet } from './with-fleet.ts';
import { withMetrics } from './with-metrics.ts';
import { withNotifications } from './with-notifications.ts';
import { withPage } from './with-page.ts';
import { combineListeners, type RunOrder, withRunContext } from './with-run-context.ts';

/** Works on a run until it ends or is stopped, then prints the summary. */
export async function executeRun(
  invocation: Invocation,
  order: RunOrder,
  work: (context: RunContext) => Promise<RunEnd>,
): Promise<ExitCode> {
  const checkJob = async (job: Job) => {
    if (!(await mayRunCode(job, invocation, order))) throw untrustedCode(job, invocation);
  };
  return withNotifications(invocation, order, (notify) =>
    withPage(invocation, order.flags, () =>
      withFleet(invocation, order.flags, (fleet) =>
        workAndSum(invocation, order, (context) =>
          work({
            ...context,
            ...fleet,
            checkJob,
            listener: combineListeners([context.listener, notify]),
          }),
        ),
      ),
    ),
  );
}

async function workAndSum(
  invocation: Invocation,
  order: RunOrder,
  work: (context: RunContext) => Promise<RunEnd>,
): Promise<ExitCode> {
  const { output } = invocation;
  const worked = await withMetrics(invocation, order.flags, (watch) =>
    withRunContext(invocation, order, (context) =>
      unlessSkipped(
        workInWindows({ ...context, listener: combineListeners([context.listener, watch]) }, work),
      ),
    ),
  );
  const { result: end, signal } = worked;
  if (end instanceof RunSkipped) {
    output.result({ type: 'skipped', message: end.message }, () => '');
    output.info(end.message);
    return 0;
  }
  const code = exitCodeForEnd(end, signal);
  const help = {
    advice: adviceFor(order, invocation),
    canRetry: canRetry(end, invocation.stateDirectory),
  };
  output.result(summaryDocument(end, code, help), () => '');
  const { paint, style } = output;
  const summary = summaryText(end, code, { ...help, paint, unicode: style.unicode });
  // In cron, `--quiet` must print nothing after a success, but print the summary after a failure.
  if (code === 0 && !hasWarnings(end)) output.info(summary);
  else output.warn(summary);
  return code;
}

/** The advice with the flags of this command that the next command needs too. */
function adviceFor(
  { flags: { allowCode, fleet } }: RunOrder,
  { advice, surroundings }: Invocation,
): Advice {
  const trusted = allowCode === true ? withAllowedCode(advice) : advice;
  const isFlag = fleet !== undefined && fleet !== surroundings.env['UCBULK_FLEET'];
  return isFlag ? withFleetAddress(trusted, fleet) : trusted;
}

/** True if `ucbulk retry` would take at least one of the failed items. */
function canRetry({ run, state, counts }: RunEnd, stateDirectory: string): boolean {
  if (counts.failed === 0 || state !== 'finished') return false;
  try {
    return hasRetryableItem(stateDirectory, run);
  } catch {
    // The command itself reports why the ledger can't be read.
    return true;
  }
}

/**
 * Returns the result of `work`, or the `RunSkipped` error itself if ucbulk skipped the run on purpose. Such a
 * skip must not count as an error.
 */
function unlessSkipped(work: Promise<RunEnd>): Promise<RunEnd | RunSkipped> {
  return work.catch((error: unknown) => {
    if (error instanceof RunSkipped) return error;
    throw error;
  });
}
