import { canceled } from '../core/failure.ts';
import { maxRateAt } from '../core/rate-timetable.ts';
import type { RunId } from '../core/run.ts';
import type { ControlRecord } from '../core/run-control.ts';
import { WaitReporter } from '../core/wait.ts';
import type { RunStop } from '../engine/run-stop.ts';
import type { Job } from '../job/job-schema.ts';
import type { ControlTable } from '../ledger/control-table.ts';
import { mostInFlight } from './adaptive-concurrency.ts';
import type { RunContext } from './run-request.ts';

/** Interval at which a run reads what people ask of it, ms. */
const LOOK_EVERY_MS = 1000;
/** Delay after the catalog could not be read, ms. A locked catalog blocks the process at each read. */
const REST_MS = 10_000;

/** The run, and the table in which other processes write what people ask of it. */
interface ControlOptions {
  /** Null for a plan, which nobody can control. */
  readonly table: ControlTable | null;
  readonly run: RunId | null;
  readonly job: Pick<Job, 'limits'>;
  readonly context: Pick<
    RunContext,
    'concurrency' | 'limits' | 'listener' | 'log' | 'rate' | 'world'
  >;
  readonly runStop: RunStop;
  /** When this process took the lock of the run, ms since 1970. It ignores a pause or a stop from before. */
  readonly joinedAt: number;
}

/**
 * Makes a run obey `ucbulk pause`, `continue`, `stop` and `set`. Those commands run in other processes and
 * write into the catalog, which this class reads each second. If the catalog can't be read, the run continues as
 * before.
 */
export class LiveControl {
  readonly #options: ControlOptions;
  readonly #pause: WaitReporter;
  readonly #ended = new AbortController();
  readonly #onLimits: (() => void)[] = [];
  #isPaused = false;
  /** True once a pause or a stop from before this process is forgotten. */
  #hasForgotten = false;
  #hasBegun = false;
  #waiting: (() => void)[] = [];
  #asked: Pick<ControlRecord, 'rate' | 'concurrency'> = { rate: null, concurrency: null };
  /** The last revision that the process obeys, and the last one that it has recorded as applied. */
  #revision = 0;
  #recorded = 0;

  constructor(options: ControlOptions) {
    this.#options = options;
    const { clock } = options.context.world;
    this.#pause = new WaitReporter('pause', clock, (event) => options.context.listener(event));
    const { table, run, job } = options;
    if (typeof job.limits.rate === 'string') void this.#watchTimetable();
    if (table === null || run === null) return;
    this.#look(table, run);
    this.#hasBegun = true;
    void this.#watch(table, run);
  }

  /** True while the run must send no request. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** The maximum rate: the lowest of `--rate`, the job's and that of `ucbulk set`; Infinity if there is none. */
  maxRate(): number {
    const { context, job } = this.#options;
    const ofJob = maxRateAt(job.limits.rate, context.world.clock.now());
    return lowest(context.rate, ofJob, this.#asked.rate);
  }

  /** The maximum number of requests in flight, as `maxRate`. */
  maxInFlight(): number {
    const { context, job } = this.#options;
    return lowest(mostInFlight(job, context), this.#asked.concurrency);
  }

  /** Calls `listener` when one of the limits has changed. */
  onLimits(listener: () => void): void {
    this.#onLimits.push(listener);
  }

  /** Waits while the run is paused. Rejects with a canceled failure when the signal aborts. */
  untilContinued(signal: AbortSignal): Promise<void> {
    if (!this.#isPaused) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const leave = () => reject(canceled());
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(() => {
        signal.removeEventListener('abort', leave);
        resolve();
      });
    });
  }

  /** Stops reading the catalog. */
  close(): void {
    this.#ended.abort();
    this.#pause.end();
  }

  /** Forgets a pause or a stop from before this process. Throws if the catalog is locked or damaged. */
  #forgetOldPause(table: ControlTable, run: RunId): void {
    if (this.#hasForgotten) return;
    const { context, joinedAt } = this.#options;
    const hasChanged = table.begin(run, joinedAt);
    this.#hasForgotten = true;
    if (!hasChanged) return;
    context.log('info', { run }, 'The run was paused or stopped by a command; it now continues.');
  }

  async #watch(table: ControlTable, run: RunId): Promise<void> {
    const { clock } = this.#options.context.world;
    const everyMs = this.#options.context.limits?.controlEveryMs ?? LOOK_EVERY_MS;
    let waitMs = everyMs;
    for (;;) {
      try {
        await clock.sleep(waitMs, this.#ended.signal);
      } catch {
        return;
      }
      waitMs = this.#look(table, run) ? everyMs : REST_MS;
    }
  }

  /** Applies the timetable of the job when its rate changes. */
  async #watchTimetable(): Promise<void> {
    const { clock } = this.#options.context.world;
    for (let last = this.maxRate(); ; ) {
      try {
        await clock.sleep(LOOK_EVERY_MS, this.#ended.signal);
      } catch {
        return;
      }
      const rate = this.maxRate();
      if (rate !== last) this.#applyLimits('New limits by the timetable in limits.rate');
      last = rate;
    }
  }

  /** Reads the requests and obeys them. Returns false if the catalog could not be read. */
  #look(table: ControlTable, run: RunId): boolean {
    try {
      this.#forgetOldPause(table, run);
      const asked = table.find(run);
      if (asked === null) return true;
      if (asked.revision !== this.#revision) this.#obey(asked);
      if (this.#recorded === this.#revision) return true;
      table.apply(run, this.#revision, this.#options.context.world.clock.now(), {
        maxRate: finite(this.maxRate()),
        maxConcurrency: this.maxInFlight(),
      });
      this.#recorded = this.#revision;
      return true;
    } catch {
      return false;
    }
  }

  #obey(asked: ControlRecord): void {
    this.#revision = asked.revision;
    const { rate, concurrency } = this.#asked;
    this.#asked = asked;
    if (asked.rate !== rate || asked.concurrency !== concurrency) this.#applyLimits();
    if (asked.state === 'paused') this.#hold();
    else this.#release();
    if (asked.state === 'stopped') this.#stop();
  }

  #applyLimits(message = 'New limits by `ucbulk set`'): void {
    const limits = { rate: finite(this.maxRate()), concurrency: this.maxInFlight() };
    const { log, listener } = this.#options.context;
    if (this.#hasBegun)
      listener({ kind: 'limits-changed', ...limits, why: limitsText(message, limits) });
    else log('warn', { run: this.#options.run }, this.#keptLimits());
    for (const listener of this.#onLimits) listener();
  }

  /** Describes limits that somebody set before this process began. */
  #keptLimits(): string {
    const { rate, concurrency } = this.#asked;
    const parts = [
      ...(rate === null ? [] : [`at most ${formatRequests(rate)}/s`]),
      ...(concurrency === null ? [] : [`at most ${formatRequests(concurrency)} in flight`]),
    ];
    const off = [
      ...(rate === null ? [] : ['--rate off']),
      ...(concurrency === null ? [] : ['--concurrency off']),
    ];
    return `An earlier \`ucbulk set\` still limits this run: ${parts.join(', ')}. \`ucbulk set ${this.#options.run} ${off.join(' ')}\` removes that`;
  }

  #hold(): void {
    this.#isPaused = true;
    const reason = `paused by \`ucbulk pause\`; \`ucbulk continue ${this.#options.run}\` continues it`;
    this.#pause.begin(null, { kind: 'paused', reason });
  }

  #release(): void {
    this.#isPaused = false;
    this.#pause.end();
    for (const go of this.#waiting.splice(0)) go();
  }

  #stop(): void {
    const { runStop, context } = this.#options;
    runStop.stop({ kind: 'user', by: '`ucbulk stop`' });
    context.listener({ kind: 'stopping', why: 'Stopped by `ucbulk stop`' });
  }
}

/** Formats `New limits by X: at most 5 requests/s, 1 request in flight`. */
function limitsText(
  message: string,
  { rate, concurrency }: { readonly rate: number | null; readonly concurrency: number },
): string {
  const rateText = rate === null ? 'no maximum rate' : `at most ${formatRequests(rate)}/s`;
  return `${message}: ${rateText}, ${formatRequests(concurrency)} in flight`;
}

/** Formats `1 request` or `2.5 requests`. */
function formatRequests(count: number): string {
  return `${count} ${count === 1 ? 'request' : 'requests'}`;
}

function lowest(...limits: readonly (number | null | undefined)[]): number {
  const given = limits.filter((limit) => limit !== null && limit !== undefined);
  return Math.min(...given);
}

function finite(limit: number): number | null {
  return Number.isFinite(limit) ? limit : null;
}
