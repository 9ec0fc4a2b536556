import { errorMessage } from '../core/error-message.ts';
import type { RunId } from '../core/run.ts';
import type { RunListener } from '../engine/run-events.ts';
import type { Job } from '../job/job-schema.ts';
import { eventsOf, type NotifyEvent } from '../job/notify-schema.ts';
import type { CommandEnd } from '../notify/notification.ts';
import { readJob, readRunBefore } from '../state/job-runs.ts';
import { readRun } from '../state/read-runs.ts';
import type { Invocation } from './command.ts';
import { EXIT_CODES, type ExitCode, exitCodeForError } from './exit-code.ts';
import { hideSecrets } from './output.ts';

/** All notifications of a command together take at most this time, ms. */
const MOST_MS = 60_000;

/**
 * Notifies the targets of the job's `notify` about the run while `use` works. `use` gets a listener that must receive the
 * events of the run, and returns the exit code. `job` is the job if the command has read it: its targets are notified if
 * the run can't even start. A notification that fails prints a warning and changes nothing else.
 */
export async function withNotifications(
  invocation: Invocation,
  job: Job | undefined,
  use: (listener: RunListener) => Promise<ExitCode>,
): Promise<ExitCode> {
  const notifier = new Notifier(invocation, job ?? null);
  try {
    const code = await use((event) => {
      if (event.kind === 'run-started') notifier.started(event.run);
      if (event.kind === 'canary-complete') notifier.asked();
    });
    await notifier.ended({ exitCode: code, meaning: EXIT_CODES[code], error: null });
    return code;
  } catch (error) {
    const code = exitCodeForError(error, null);
    const hide = hideSecrets(invocation.surroundings.env);
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
  readonly #limit = new AbortController();
  #job: Job | null;
  #run: RunId | null = null;
  #open: Promise<void>[] = [];
  #hasAsked = false;

  constructor(invocation: Invocation, job: Job | null) {
    this.#invocation = invocation;
    this.#job = job;
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
    this.#open.push(this.#send('start', null));
  }

  /** The run asks whether to continue after its canary. */
  asked(): void {
    this.#hasAsked = true;
    this.#open.push(this.#send('attention', null));
  }

  /** Tells the end, and waits until all notifications are sent or have failed. */
  async ended(end: CommandEnd): Promise<void> {
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

  async #send(event: NotifyEvent, end: CommandEnd | null): Promise<void> {
    const targets = (this.#job?.notify ?? []).filter((target) => eventsOf(target).includes(event));
    if (this.#job === null || targets.length === 0) return;
    const { stateDirectory, surroundings, output } = this.#invocation;
    const { world, env } = surroundings;
    // These imports are dynamic, so that a job without notifications does not load them.
    const { notificationDocument, notificationText } = await import('../notify/notification.ts');
    const { sendNotification } = await import('../notify/send-notification.ts');
    const status = this.#run === null ? null : await readRun(stateDirectory, this.#run, world);
    const subject = { job: this.#job.name, status, end };
    const notification = {
      event,
      document: notificationDocument(event, subject, world.clock.now()),
      text: notificationText(event, subject),
    };
    const deps = { world, env, signal: this.#limit.signal };
    for (const target of targets) {
      const failure = await sendNotification(target, notification, deps);
      if (failure !== null) output.warn(`Nobody could be notified of \`${event}\` by ${failure}.`);
    }
  }
}
