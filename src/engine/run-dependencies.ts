import type { CanaryReport } from '../core/canary.ts';
import type { ConfirmAnswer, ConsentQuestion } from '../core/consent.ts';
import type { ClassifiedError } from '../core/failure.ts';
import type { Clock, CrashHook, Random } from '../core/world.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunListener } from './run-events.ts';
import type { RunStop } from './run-stop.ts';
import type { LateAnswer } from './send/settle-late.ts';
import type { AnswerTimes } from './service-state/answer-times.ts';
import type { DurationStore } from './service-state/job-durations.ts';
import type { EngineSettings } from './settings.ts';
import type { Sweeps } from './sweeps.ts';
import type { HookCalls } from './tasks/item-hooks.ts';
import type { EngineStep } from './tasks/step-items.ts';
import type { Guards } from './walk/guards.ts';
import type { Selection } from './walk/selection.ts';

/** Everything that the engine needs to run a job. */
export interface RunDependencies {
  readonly ledger: Ledger;
  readonly selection: Selection;
  readonly steps: readonly EngineStep[];
  readonly guards: Guards;
  readonly settings: EngineSettings;
  /** Maximum number of requests in flight. It may change during the run. */
  readonly concurrency: () => number;
  /** Compares the run with a new listing after its work. Null or absent if the job does not ask for that. */
  readonly sweeps?: Sweeps | null;
  readonly clock: Clock;
  /** Server time, ms. */
  readonly serverNow: () => number;
  /** True while ucbulk does not know the service's time, because its answers show different times. */
  readonly isClockUntrusted: () => boolean;
  /**
   * The reason why deletes are not allowed now (the machine's clock and the service's clock differ too much);
   * null if they are allowed.
   */
  readonly clocksFault: () => ClassifiedError | null;
  readonly random: Random;
  /** Keeps learned durations of remote jobs for later runs. */
  readonly durations: DurationStore;
  readonly answerTimes: AnswerTimes;
  readonly crash: CrashHook;
  readonly runStop: RunStop;
  /** Aborts when requests in flight must be canceled at once. */
  readonly abort: AbortSignal;
  readonly listener: RunListener;
  /** The hooks of the user's program; undefined if there are none. */
  readonly hooks?: HookCalls | undefined;
  /**
   * Runs `claim` while this process holds the lock on paid work, so that no other run can claim the same
   * work. `claim` must be synchronous.
   */
  readonly inTurn: <Result>(claim: () => Result) => Promise<Result>;
  /**
   * Calls its argument for answers of workers whose requests have counted as lost, until the returned function is
   * called. Absent if this process sends all requests itself.
   */
  readonly receiveLate?: ((settle: (late: LateAnswer) => Promise<void>) => () => void) | undefined;
  /** Removes secrets from texts that the service sent, before the texts are stored. */
  readonly redact: (text: string) => string;
  /** Asks the user to confirm, before the first request that deletes or pays. */
  readonly confirm: (question: ConsentQuestion) => Promise<ConfirmAnswer>;
  /**
   * Asks the user whether to continue after the canary. `wasAsked` is true if an earlier process of the run has
   * shown the results of the canary.
   */
  readonly confirmCanary: (report: CanaryReport, wasAsked: boolean) => Promise<ConfirmAnswer>;
}
