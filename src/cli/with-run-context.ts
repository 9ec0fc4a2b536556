import type { ArgumentsCamelCase } from 'yargs';
import type { Connection } from '../core/connection.ts';
import { formatCounted } from '../core/counted.ts';
import { present } from '../core/present.ts';
import type { RunListener } from '../engine/run-events.ts';
import type { Job } from '../job/job-schema.ts';
import { createPrinter } from '../progress/create-printer.ts';
import { countRequests, type RequestCounts } from '../progress/request-counter.ts';
import { type RunProgress, showProgress } from '../progress/show-progress.ts';
import type { RunContext } from '../run/run-request.ts';
import type { Invocation } from './command.ts';
import { createConfirmCanary } from './confirm-canary.ts';
import { createConfirm, explainNoTerminal } from './confirm-effects.ts';
import { createEventLog } from './event-log.ts';
import { explainStop } from './exit-code.ts';
import { loadTrustedCode } from './own-code.ts';
import type { SourceFlags, WorkFlags } from './run-options.ts';
import { listenForStop, type StopMessages, type StopSignals } from './stop-signals.ts';
import type { StopSignal } from './surroundings.ts';

/** The flags and the connection of a command that reads a source, such as `plan` or `run`. */
export interface RunOrder {
  /** A command that only plans has none of the `WorkFlags`. */
  readonly flags: ArgumentsCamelCase<SourceFlags & Partial<WorkFlags>>;
  readonly connection: Connection;
  /** The job, if the command has read it from a file. */
  readonly job?: Job | undefined;
  /**
   * Path of the file that has the job; null for standard input. Absent if the job is one that the state directory has, or
   * if a one-liner made it.
   */
  readonly jobPath?: string | null;
  /** True if the command resumes a run. Only then `--yes` answers the question after a canary. */
  readonly isResume?: boolean;
}

/**
 * Calls `use` with a context that shows progress, reacts to signals and asks questions. When `use` ends,
 * removes the progress display and the signal listeners.
 */
export async function withRunContext<Result>(
  invocation: Invocation,
  order: RunOrder,
  use: (context: RunContext) => Promise<Result>,
): Promise<{ result: Result; signal: StopSignal | null }> {
  const counted = countRequests(invocation.surroundings.world.http);
  const progress = showRun(invocation, order.flags, counted.counts);
  const { surroundings } = invocation;
  const stop = listenForStop(
    { ...surroundings, clock: surroundings.world.clock },
    createStopMessages(invocation, counted.counts),
  );
  const context = runContext(invocation, order, { progress, stop });
  try {
    const result = await use({
      ...context,
      listener: combineListeners([context.listener, counted.listener]),
      world: { ...context.world, http: counted.http },
    });
    return { result, signal: stop.received() };
  } catch (error) {
    throw explainStop(stop.received(), error);
  } finally {
    progress.close();
    stop.close();
  }
}

function showRun(
  { surroundings, output }: Invocation,
  flags: RunOrder['flags'],
  requests: () => RequestCounts,
): RunProgress {
  const { screen, style, quiet } = output;
  const columns = () => surroundings.stderr.columns;
  const printer = createPrinter({ screen, style, columns, quiet, lineEveryMs: flags.stats });
  return showProgress({ clock: surroundings.world.clock, printer, requests });
}

function runContext(
  invocation: Invocation,
  order: RunOrder,
  { progress, stop }: { readonly progress: RunProgress; readonly stop: StopSignals },
): RunContext {
  const { surroundings, output, stateDirectory, advice } = invocation;
  const { flags, connection, isResume } = order;
  const { world, ask, limits } = surroundings;
  const suspend = <Result>(ask: () => Promise<Result>) =>
    progress.suspend(() => output.holdLog(ask));
  return {
    world,
    connection,
    env: surroundings.env,
    onSecrets: (secrets) => output.hidden.add(secrets),
    stateDirectory,
    ...present({
      concurrency: flags.concurrency,
      onConflict: flags.onConflict,
      rate: flags.rate,
      offlineForMs: flags.offlineFor,
      waitsForWindow: flags.wait,
      acceptsChangedCode: flags.acceptChangedCode,
    }),
    loadCode: (job) => loadTrustedCode(job, invocation, order),
    listener: combineListeners([progress.listener, createEventLog(output.log)]),
    confirm: createConfirm({
      output,
      ask,
      yes: flags.yes === true,
      withoutTerminal: explainNoTerminal(order),
      stop: stop.drain,
      suspend,
    }),
    confirmCanary: createConfirmCanary({
      output,
      advice,
      ask,
      yes: flags.yes === true && isResume === true,
      stop: stop.drain,
      suspend,
    }),
    drain: stop.drain,
    stoppedBy: () => (stop.received() === 'SIGINT' ? null : stop.received()),
    abort: stop.abort,
    log: output.log,
    ...present({ limits, process: surroundings.process }),
  };
}

function createStopMessages({ output }: Invocation, requests: () => RequestCounts): StopMessages {
  return {
    draining() {
      const { openWrites } = requests();
      const wait =
        openWrites === 0
          ? ''
          : ` Waiting for the answers to ${formatCounted(openWrites, 'request')}.`;
      output.info(
        `Stopping: ucbulk sends nothing new.${wait} Finished work is saved. Press Ctrl-C again to stop at once.`,
      );
    },
    aborting() {
      output.info(
        'Stopping at once: open requests are aborted. Press Ctrl-C again to end the process.',
      );
    },
    hanging() {
      output.info('An open request cannot be aborted: the process ends now. Nothing is lost.');
    },
  };
}

/** Returns a listener that passes each event to all of these. */
export function combineListeners(listeners: readonly RunListener[]): RunListener {
  return (event) => {
    for (const listener of listeners) listener(event);
  };
}
