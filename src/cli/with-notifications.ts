import { errorMessage } from '../core/error-message.ts';
import { present } from '../core/present.ts';
import type { RunId } from '../core/run.ts';
import type { RunListener } from '../engine/run-events.ts';
import type { Job } from '../job/job-schema.ts';
import { eventsOf, hasCommand, type NotifyEvent, type NotifyTarget } from '../job/notify-schema.ts';
import type { CommandEnd } from '../notify/notification.ts';
import { readJob, readRunBefore } from '../state/job-runs.ts';
import { readRun } from '../state/read-runs.ts';
import type { Invocation } from './command.ts';
import { EXIT_CODES, type ExitCode, exitCodeForError } from './exit-code.ts';
import { mayRunCode } from './trusted-code.ts';
import { watchDeadline } from './watch-deadline.ts';
import type { RunOrder } from './with-run-context.ts';

/** All notifications of a command together take at most this time, ms. */
const MOST_MS = 60_000;

/**
 * Notifies the targets of the job's `notify` about the run while `use` works. `use` gets a listener that must receive the
 * events of the run, and returns the exit code. If the command has read the job from a file, its targets are
 * notified even if the run can't start. A notification that fails prints a warning and changes nothing else.
 */
export async function withNotifications(
  invocation: Invocation,
  order: RunOrder,
  use: (listener: RunListener) => Promise<ExitCode>,
): Promise<ExitCode> {
  const notifier = new Notifier(invocation, order);
  try {
    const code = await use((event) => {
      if (event.kind === 'run-started') notifier.started(event.run);
      if (event.kind === 'canary-complete') notifier.asked();
    });
    await notifier.ended({ exitCode: code, meaning: EXIT_CODES[code], error: null });
    return code;
  } catch (error) {
    const code = exitCodeForError(error, null);
    const hide = invocation.output.hidden.redact;
    await notifier.ended({
      exitCode: code,
      meaning: EXIT_CODES[code],
      error: hide(errorMessage(error)),
    });
    throw error;
  }
}

class Notifier {
  readonly #invocation: Invocation;
  readonly #order: RunOrder;
  readonly #hasEnded = new AbortController();
  readonly #limit = new AbortController();
  #job: Job | null;
  #run: RunId | null = null;
  #open: Promise<void>[] = [];
  #hasAsked = false;

  constructor(invocation: Invocation, order: RunOrder) {
    this.#invocation = invocation;
    this.#order = order;
    this.#job = order.job ?? null;
  }

  /** A run that is resumed in each window starts several times. Only the first start sends a notification. */
  started(run: RunId): void {
    if (this.#run !== null) return;
    this.#run = run;
    try {
      this.#job = readJob(this.#invocation.stateDirectory, run);
    } catch {
      // The run itself reports a ledger that can't be read.
    }
    this.#open.push(this.#send('start', null), this.#watchDeadline(run));
  }

  /** The run asks whether to continue after its canary. */
  asked(): void {
    this.#hasAsked = true;
    this.#open.push(this.#send('attention', null));
  }

  /** Notifies once if the run is expected to miss its deadline. */
  async #watchDeadline(run: RunId): Promise<void> {
    const { stateDirectory, surroundings } = this.#invocation;
    const { clock } = surroundings.world;
    if (this.#job?.limits.finishBy === undefined || (this.#job.notify ?? []).length === 0) return;
    await watchDeadline({
      clock,
      signal: this.#hasEnded.signal,
      missesByMs: async () => {
        const { schedule } = await readRun(stateDirectory, run, surroundings.world);
        return schedule?.missesByMs ?? null;
      },
      notify: (reason) => this.#send('attention', null, reason),
    });
  }

  /** Tells the end, and waits until all notifications are sent or have failed. */
  async ended(end: CommandEnd): Promise<void> {
    this.#hasEnded.abort();
    if ((this.#job?.notify ?? []).length === 0) return;
    const { clock } = this.#invocation.surroundings.world;
    const isDone = new AbortController();
    const limit = clock.sleep(MOST_MS, isDone.signal).then(
      () => this.#limit.abort(),
      () => undefined,
    );
    await Promise.all([...this.#open, this.#sendEnd(end)]);
    isDone.abort();
    await limit;
  }

  async #sendEnd(end: CommandEnd): Promise<void> {
    const { stateDirectory, surroundings } = this.#invocation;
    // The target knows already that the canary has a question.
    if (end.exitCode === 7 && this.#hasAsked) return;
    const { endEvent, isBroken } = await import('../notify/notification.ts');
    const run = this.#run;
    const before =
      run === null || end.exitCode !== 0 || this.#job === null
        ? null
        : await readRunBefore(stateDirectory, { run, jobName: this.#job.name }, surroundings.world);
    const event = endEvent(end, before !== null && isBroken(before));
    if (event !== null) await this.#send(event, end);
  }

  async #send(event: NotifyEvent, end: CommandEnd | null, reason?: string): Promise<void> {
    const targets = await this.#targetsOf(event);
    if (this.#job === null || targets.length === 0) return;
    const { stateDirectory, surroundings, output } = this.#invocation;
    const { world, env, runProgram } = surroundings;
    // These imports are dynamic, so that a job without notifications does not load them.
    const { notificationDocument, notificationText } = await import('../notify/notification.ts');
    const { sendNotification } = await import('../notify/send-notification.ts');
    const status = this.#run === null ? null : await readRun(stateDirectory, this.#run, world);
    const subject = { job: this.#job.name, status, end, ...present({ reason }) };
    const notification = {
      event,
      document: notificationDocument(event, subject, world.clock.now()),
      text: notificationText(event, subject),
    };
    const deps = { world, env, runProgram, signal: this.#limit.signal };
    for (const target of targets) {
      const failure = await sendNotification(target, notification, deps);
      if (failure === null) continue;
      const place = `notify[${this.#job.notify?.indexOf(target) ?? 0}]`;
      output.warn(`The notification of \`${event}\` to ${place} failed: ${failure}.`);
    }
  }

  /** The targets that get an event. A program that nobody trusts never runs; the run itself is then refused. */
  async #targetsOf(event: NotifyEvent): Promise<readonly NotifyTarget[]> {
    const job = this.#job;
    const targets = (job?.notify ?? []).filter((target) => eventsOf(target).includes(event));
    if (job === null || !hasCommand(targets)) return targets;
    const mayRun = await mayRunCode(job, this.#invocation, this.#order).catch(() => false);
    return mayRun ? targets : targets.filter(({ command }) => command === undefined);
  }
}
