import { rmSync } from 'node:fs';
import type { RunId } from '../../src/core/run.ts';
import type { CrashPoint } from '../../src/core/world.ts';
import type { Effect } from '../../src/emulator/emulator.ts';
import { listRuns } from '../../src/state/read-runs.ts';
import type { ItemReport } from '../../src/state/run-status.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import type { Death } from '../support/process-life.ts';
import { RunBench } from '../support/run-bench.ts';
import { between, pick, seededRandom } from '../support/seeded-random.ts';
import { untilSettled } from '../support/virtual-clock.ts';
import type { NetworkFault } from '../support/wire-faults.ts';

/** A step that is done once for each file, and its effect. Most of them are paid. */
interface PaidStep {
  readonly step: object;
  readonly effect: Effect;
}

const STEPS: readonly PaidStep[] = [
  { step: { uses: 'addon/remove_bg' }, effect: 'remove_bg' },
  { step: { uses: 'addon/uc_clamav_virus_scan' }, effect: 'uc_clamav_virus_scan' },
  {
    step: { uses: 'addon/aws_rekognition_detect_labels' },
    effect: 'aws_rekognition_detect_labels',
  },
  {
    step: { uses: 'convert/document', skipIfDone: true, with: { format: 'pdf' } },
    effect: 'convert_document',
  },
  { step: { uses: 'copy-local', skipIfDone: true }, effect: 'local_copy' },
  {
    step: { uses: 'copy-to-remote', skipIfDone: true, with: { target: 'backup' } },
    effect: 'remote_copy',
  },
];

const DEATHS: readonly CrashPoint[] = [
  'claimed',
  'work-claimed',
  'group-commit',
  'intent-committed',
  'before-write',
  'after-write',
  'response-received',
  'answer-read',
  'token-saved',
  'poll-answered',
  'outcome-committed',
  'run-finished',
];

const FAULTS: readonly NetworkFault[] = [
  'reset-after-effect',
  'reset-before-effect',
  'error-after-effect',
  'late-effect',
  'throttled',
];

/** Number of rounds in which processes may be killed. */
const DEADLY_ROUNDS = 2;
const MAX_ROUNDS = 8;
const UPLOADED = '2026-11-01T10:00:00.000000Z';

/**
 * Plays several runs that share a project and pay for the same files. The seed decides when they start, die and
 * resume, which requests fail, and which lock files are removed. Returns the violations.
 */
export async function playSharedRuns(seed: number): Promise<string[]> {
  const bench = new RunBench({ autostore: false, seed });
  try {
    return await new SharedRuns(seed, bench).play();
  } catch (error) {
    return [`everyRunEnds: ${error instanceof Error ? error.stack : String(error)}`];
  } finally {
    bench.close();
  }
}

class SharedRuns {
  readonly #bench: RunBench;
  readonly #random: () => number;
  readonly #paid: PaidStep;
  readonly #files: readonly string[];

  constructor(seed: number, bench: RunBench) {
    this.#bench = bench;
    this.#random = seededRandom(seed * 7919 + 1);
    this.#paid = pick(this.#random, STEPS);
    this.#files = Array.from({ length: between(this.#random, 1, 10) }, () => addPicture(bench));
  }

  async play(): Promise<string[]> {
    const { clock } = this.#bench;
    const faultShare = pick(this.#random, [0, 0, 0.05, 0.15]);
    this.#bench.fault = () => (this.#random() < faultShare ? pick(this.#random, FAULTS) : null);
    const { claimsLock, catalog } = statePaths(this.#bench.directory);
    const lost = pick(this.#random, [null, null, claimsLock, catalog]);
    if (lost !== null) {
      clock.after(between(this.#random, 1, 5000), () => rmSync(lost, { force: true }));
    }
    const count = between(this.#random, 2, 3);
    await this.#together(count, (changes) => this.#bench.start(this.#job(), changes), 0);
    for (let round = 1; round < MAX_ROUNDS; round += 1) {
      const open = await this.#unfinished();
      if (open.length === 0) break;
      await this.#together(
        open.length,
        (changes, place) => this.#bench.resume({ run: open[place] as RunId, ...changes }),
        round,
      );
    }
    return this.#violations();
  }

  /** Starts processes one after another, kills some, and waits for all. */
  async #together(
    count: number,
    begin: (changes: object, place: number) => Promise<unknown>,
    round: number,
  ): Promise<void> {
    const { clock } = this.#bench;
    const ends: Promise<unknown>[] = [];
    for (let place = 0; place < count; place += 1) {
      const death = round < DEADLY_ROUNDS && this.#random() < 0.5 ? this.#death() : undefined;
      ends.push(begin({ concurrency: between(this.#random, 1, 4), death }, place));
      const ms = pick(this.#random, [0, 1, 300, 1000, 4000, 9000]);
      if (ms > 0) await untilSettled(clock, clock.sleep(ms), clock.now() + ms + 1);
    }
    await Promise.all(ends);
  }

  #job(): object {
    const inline = this.#files.filter(() => this.#random() < 0.8);
    return {
      source: { inline: this.#random() < 0.5 ? inline : inline.toReversed() },
      ...(inline.length === 0 && { source: { inline: this.#files } }),
      steps: [this.#paid.step],
      concurrency: { onConflict: 'share' },
    };
  }

  #death(): Death {
    if (this.#random() < 0.3) return { afterMs: between(this.#random, 1, 6000) };
    return { point: pick(this.#random, DEATHS), hit: between(this.#random, 1, 4) };
  }

  /** Runs that a person could resume. Items in doubt stay in doubt. */
  async #unfinished(): Promise<string[]> {
    const runs = await this.#bench.live({}, ({ world }) => listRuns(this.#bench.directory, world));
    return (runs ?? []).flatMap((run) => {
      if ('problem' in run) return [];
      const { pending, running, waiting } = run.counts;
      const isOpen = run.state !== 'finished' && pending + running + waiting > 0;
      return isOpen || run.state === 'active' ? [run.run] : [];
    });
  }

  async #violations(): Promise<string[]> {
    const { effect } = this.#paid;
    const times = this.#payments();
    const twice = [...times].filter(([, count]) => count > 1);
    const runs = await this.#bench.live({}, ({ world }) => listRuns(this.#bench.directory, world));
    return [
      ...twice.map(([file, count]) => `nothingPaidTwice: ${effect} of ${file} ${count} times`),
      ...(runs ?? []).flatMap(({ run }) =>
        this.#bench.items(run).flatMap((item) => faultsOf(item, times.has(item.key), run)),
      ),
    ];
  }

  /** Number of payments for each file. */
  #payments(): Map<string, number> {
    const times = new Map<string, number>();
    for (const { operation, uuid, changed } of this.#bench.emulator.audit.entries()) {
      if (operation !== this.#paid.effect || !changed) continue;
      times.set(uuid, (times.get(uuid) ?? 0) + 1);
    }
    return times;
  }
}

/** The faults of an item's outcome. `isPaid`: a run paid for its file. */
function faultsOf({ key, state, reason }: ItemReport, isPaid: boolean, run: string): string[] {
  const end = `${state} ${reason ?? ''}`.trim();
  if (!ENDS.test(end)) return [`everyItemEnds: ${key} of ${run} ended as ${end}`];
  if (isPaid || !/^(done|skipped)/.test(end)) return [];
  return [`doneMeansPaid: ${key} of ${run} is ${end}, and nobody paid for it`];
}

const ENDS =
  /^(done|skipped done before|in-doubt .*|failed (open_in_earlier_run|in_doubt_in_earlier_run|gave_up))$/;

function addPicture({ emulator }: RunBench): string {
  const picture = { mimeType: 'image/png', isImage: true, uploadedAt: UPLOADED };
  const file = emulator.projects[0]?.addFile({ ...picture, storedAt: UPLOADED });
  if (file === undefined) throw new Error('An emulator has a project');
  return file.uuid;
}
