import type { RunId } from '../../src/core/run.ts';
import { UserError } from '../../src/core/user-error.ts';
import { CRASH_POINTS } from '../../src/core/world.ts';
import type { Effect } from '../../src/emulator/emulator.ts';
import { retryRun } from '../../src/run/retry-run.ts';
import { reviewRetry } from '../../src/run/review-retry.ts';
import type { Confirmation, RunEnd } from '../../src/run/run-request.ts';
import type { ItemReport } from '../../src/state/run-status.ts';
import type { Death } from '../support/process-life.ts';
import { answerWith, RunBench } from '../support/run-bench.ts';
import { between, pick, seededRandom } from '../support/seeded-random.ts';
import type { NetworkFault } from '../support/wire-faults.ts';

/** A first step, and the effect that it must not have twice on a file. */
interface FirstStep {
  readonly step: object;
  readonly effect: Effect;
  /** Its name in `limits.paid`; null if it is free. */
  readonly paid: string | null;
}

const STEPS: readonly FirstStep[] = [
  { step: { uses: 'addon/remove_bg' }, effect: 'remove_bg', paid: 'remove_bg' },
  {
    step: { uses: 'addon/aws_rekognition_detect_labels' },
    effect: 'aws_rekognition_detect_labels',
    paid: 'aws_rekognition_detect_labels',
  },
  {
    step: { uses: 'convert/document', with: { format: 'pdf' } },
    effect: 'convert_document',
    paid: 'convert/document',
  },
  { step: { uses: 'copy-local' }, effect: 'local_copy', paid: null },
  {
    step: { uses: 'copy-to-remote', with: { target: 'backup' } },
    effect: 'remote_copy',
    paid: null,
  },
];

const FAULTS: readonly NetworkFault[] = [
  'reset-after-effect',
  'reset-before-effect',
  'error-after-effect',
  'late-effect',
  'throttled',
];

/** Failures of a remote job that had started. */
const ENDED = /^(addon_error|conversion_failed)$/;
const ROUNDS = 3;
const MAX_LIVES = 12;
const ALL = { codes: null, where: null };

/**
 * Plays a run of which items fail, and several retries of it. The seed decides which files the service refuses,
 * which jobs fail, which requests go wrong, when processes die, and how the user answers. Returns the violations.
 */
export async function playRetries(seed: number): Promise<string[]> {
  const random = seededRandom(seed * 104_729 + 3);
  const first = pick(random, STEPS);
  const failedShare = pick(random, [0, 0.3, 0.6]);
  const shares = { failedShare };
  // A job of the other add-ons that ends in an error leaves no trace. So if its answer was lost, it is repeated.
  const work = { remove_bg: shares, document: shares };
  const bench = new RunBench({ autostore: false, seed, work });
  try {
    return await new RetriedRun(bench, random, first).play();
  } catch (error) {
    return [`everyRetryEnds: ${error instanceof Error ? error.stack : String(error)}`];
  } finally {
    bench.close();
  }
}

class RetriedRun {
  readonly #bench: RunBench;
  readonly #random: () => number;
  readonly #first: FirstStep;
  readonly #files: readonly string[];
  readonly #violations: string[] = [];
  /** Files whose requests the service refuses now. */
  #refused = new Set<string>();
  /** Number of payments that the user has confirmed so far. */
  #confirmed = 0;
  #faultShare = 0;
  /** How many paid jobs of a file ended in an error and were retried. */
  readonly #ended = new Map<string, number>();

  constructor(bench: RunBench, random: () => number, first: FirstStep) {
    this.#bench = bench;
    this.#random = random;
    this.#first = first;
    this.#files = Array.from({ length: between(random, 1, 9) }, () => addFile(bench));
    this.#refused = new Set(this.#files.filter(() => random() < 0.5));
    bench.answer = ({ method, target, body }) => {
      if (method === 'GET') return null;
      const text = `${target} ${body ?? ''}`;
      const isRefused = [...this.#refused].some((file) => text.includes(file));
      return isRefused ? answerWith(bench, 400, { detail: 'refused' }) : null;
    };
    bench.fault = () => (random() < this.#faultShare ? pick(random, FAULTS) : null);
  }

  async play(): Promise<string[]> {
    this.#faultShare = pick(this.#random, [0, 0, 0.1]);
    const label = { uses: 'metadata', with: { set: { seen: 'yes' } } };
    const source = { inline: this.#files };
    const job = { source, steps: [this.#first.step, label] };
    const confirm = async (question: Confirmation) => this.#agree(question);
    const started = await this.#bench.start(job, { confirm });
    if (started === null) throw new Error('The first process died');
    const { run } = started;
    await this.#resumeUntilOver(run, started);
    for (let round = 0; round < ROUNDS; round += 1) {
      this.#refused = new Set([...this.#refused].filter(() => this.#random() < 0.4));
      this.#faultShare = pick(this.#random, [0, 0, 0.1, 0.2]);
      await this.#retry(run);
    }
    return [...this.#violations, ...this.#effectsTwice()];
  }

  #agree({ effects }: Confirmation): 'yes' {
    this.#confirmed += effects[0]?.count ?? 0;
    return 'yes';
  }

  async #retry(run: RunId): Promise<void> {
    const before = new Map(this.#bench.items(run).map((item) => [item.key, item]));
    const review = reviewRetry(this.#bench.directory, run, ALL);
    const isRefusing = this.#random() < 0.2;
    const confirm = async (question: Confirmation) =>
      isRefusing ? ('no' as const) : this.#agree(question);
    const death = this.#random() < 0.6 ? { death: this.#death() } : {};
    const changes = { ...death, confirm, concurrency: between(this.#random, 1, 4) };
    const retried = await this.#bench
      .live(changes, (context) => retryRun({ run, wanted: ALL }, context))
      .catch(refusal);
    if (retried instanceof UserError) this.#expectUnchanged(run, before, review.items, isRefusing);
    else {
      this.#countEnded(before.values());
      await this.#resumeUntilOver(run, retried);
    }
    this.#compare(run, before);
  }

  #expectUnchanged(
    run: RunId,
    before: ReadonlyMap<string, ItemReport>,
    items: number,
    isRefusing: boolean,
  ): void {
    if (items > 0 && !isRefusing) this.#accuse('retryTakesItems', `${items} could be retried`);
    const changed = this.#bench.items(run).filter(({ key, state }) => {
      return before.get(key)?.state !== state;
    });
    for (const { key } of changed) this.#accuse('aNoChangesNothing', key);
  }

  async #resumeUntilOver(run: RunId, first: RunEnd | null): Promise<void> {
    let end = first;
    for (let life = 0; end === null || !isOver(end); life += 1) {
      if (life > MAX_LIVES) throw new Error(`The run does not end in ${MAX_LIVES} lives`);
      const death = life < 2 && this.#random() < 0.4 ? { death: this.#death() } : {};
      const confirm = async () => {
        this.#accuse('aResumeNeverAsks', 'a resume asked again');
        return 'yes' as const;
      };
      end = await this.#bench.resume({ run, ...death, confirm });
    }
    const spent = end.paid[0]?.spent ?? 0;
    if (this.#first.paid !== null && spent > this.#confirmed) {
      this.#accuse('nothingPaidBeyondTheYes', `${spent} paid, ${this.#confirmed} confirmed`);
    }
    if (end.counts.total !== this.#files.length) {
      this.#accuse('nothingIsLost', `${end.counts.total} of ${this.#files.length} items`);
    }
  }

  #countEnded(items: Iterable<ItemReport>): void {
    for (const { key, state, reason } of items) {
      if (state !== 'failed' || !ENDED.test(reason ?? '')) continue;
      this.#ended.set(key, (this.#ended.get(key) ?? 0) + 1);
    }
  }

  #death(): Death {
    if (this.#random() < 0.3) return { afterMs: between(this.#random, 1, 6000) };
    return { point: pick(this.#random, CRASH_POINTS), hit: between(this.#random, 1, 4) };
  }

  /** Only failed items may have changed. */
  #compare(run: RunId, before: ReadonlyMap<string, ItemReport>): void {
    for (const item of this.#bench.items(run)) {
      const earlier = before.get(item.key);
      if (earlier === undefined || earlier.state === 'failed') continue;
      if (JSON.stringify(earlier) !== JSON.stringify(item)) {
        this.#accuse('onlyFailedItemsChange', `${item.key}: ${earlier.state} → ${item.state}`);
      }
    }
  }

  #effectsTwice(): string[] {
    const times = new Map<string, number>();
    for (const { operation, uuid, changed } of this.#bench.emulator.audit.entries()) {
      if (operation !== this.#first.effect || !changed) continue;
      times.set(uuid, (times.get(uuid) ?? 0) + 1);
    }
    // The emulator also records a paid job that ends in an error.
    const again = [...times].filter(([file, count]) => count > 1 + (this.#ended.get(file) ?? 0));
    return again.map(([file, count]) => `nothingHappensTwice: ${file} ${count} times`);
  }

  #accuse(invariant: string, what: string): void {
    this.#violations.push(`${invariant}: ${what}`);
  }
}

/** Returns the error with which a command refuses to do something. Any other error is a fault. */
function refusal(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}

/** Items in doubt have ended: only a person can decide them. */
function isOver({ state, counts }: RunEnd): boolean {
  const open = counts.pending + counts.running + counts.waiting;
  return state === 'finished' || (open === 0 && counts['in-doubt'] > 0);
}

function addFile({ emulator }: RunBench): string {
  const uploadedAt = '2026-11-01T10:00:00.000000Z';
  const facts = { mimeType: 'image/png', isImage: true, uploadedAt, storedAt: uploadedAt };
  const file = emulator.projects[0]?.addFile(facts);
  if (file === undefined) throw new Error('An emulator has a project');
  return file.uuid;
}
