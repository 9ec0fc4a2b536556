import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunId } from '../../src/core/run.ts';
import { createEmulator, type Effect, type Emulator } from '../../src/emulator/emulator.ts';
import { listRuns, readItems } from '../../src/state/read-runs.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { between, seededRandom } from '../support/seeded-random.ts';
import { environmentFor, type ProgramEnd, startProgram } from '../support/spawn-program.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';

/** A run that is killed with SIGKILL again and again, and resumed each time. */
export interface KilledRunOptions {
  readonly operation: 'delete' | 'store' | 'copy';
  readonly files: number;
  readonly kills: number;
  readonly seed: number;
}

/** What came of it; `violations` is empty where every promise held. */
export interface KilledRunResult {
  readonly kills: number;
  readonly items: number;
  readonly requests: number;
  /** Items of the selection without their effect. */
  readonly lost: number;
  /** Items whose effect came again, or that were sent again after they were done. */
  readonly doubled: number;
  /** Outcomes by item, in order, to compare with an unkilled run. */
  readonly outcomes: readonly string[];
  /** Every file's state at the service, in order. */
  readonly service: readonly string[];
  readonly violations: readonly string[];
}

const DAY_MS = 86_400_000;
const STEPS = {
  delete: '{ uses: delete }',
  store: '{ uses: store }',
  copy: '{ uses: copy-to-remote, with: { target: backup } }',
} as const;
const EFFECTS: Readonly<Record<KilledRunOptions['operation'], Effect>> = {
  delete: 'delete',
  store: 'store',
  copy: 'remote_copy',
};

/** Runs the built program to its end through all its deaths. */
export async function killedRun(options: KilledRunOptions): Promise<KilledRunResult> {
  const cwd = mkdtempSync(join(TEMP_ROOT, 'ucbulk-crash-'));
  const emulator = createEmulator({
    files: options.files,
    seed: options.seed,
    storedShare: 0.1,
    oldestAgeMs: 90 * DAY_MS,
    newestAgeMs: 2 * DAY_MS,
    unstoredLifetimeMs: null,
  });
  const server = await emulator.listen();
  writeFileSync(join(cwd, 'job.yaml'), jobText(options));
  try {
    return await new KilledRun(options, { cwd, emulator, origin: server.origin }).run();
  } finally {
    await server.close();
    rmSync(cwd, { recursive: true, force: true });
  }
}

interface Place {
  readonly cwd: string;
  readonly emulator: Emulator;
  readonly origin: string;
}

class KilledRun {
  readonly #options: KilledRunOptions;
  readonly #place: Place;
  readonly #stateDirectory: string;
  readonly #random: () => number;
  readonly #violations: string[] = [];
  readonly #selected: number;
  readonly #repeated = new Set<string>();
  #kills = 0;

  constructor(options: KilledRunOptions, place: Place) {
    this.#options = options;
    this.#place = place;
    this.#stateDirectory = join(place.cwd, 'state');
    this.#random = seededRandom(options.seed);
    this.#selected = countUnstored(place.emulator, options.files);
  }

  async run(): Promise<KilledRunResult> {
    const requests = Math.ceil(this.#options.files / (this.#options.operation === 'copy' ? 1 : 90));
    const perKill = Math.max(2, Math.floor((1.6 * requests) / (this.#options.kills + 1)));
    for (;;) {
      const settled = await this.#settledKeys();
      const auditFrom = this.#place.emulator.audit.length;
      const killAfter =
        this.#kills < this.#options.kills ? between(this.#random, 1, perKill) : null;
      const end = await this.#live(killAfter);
      this.#checkNothingRepeated(settled, auditFrom);
      if (end.signal === 'SIGKILL') continue;
      if (end.code !== 0) this.#violations.push(`ended with ${end.code}: ${end.stderr}`);
      return this.#result();
    }
  }

  /** One process; killed once it sent so many requests, at a random moment after that. */
  async #live(killAfter: number | null): Promise<ProgramEnd> {
    const { cwd, emulator, origin } = this.#place;
    const isFirst = (await this.#newestRun()) === null;
    const env = { ...environmentFor(origin), UCBULK_STATE: this.#stateDirectory };
    const args = isFirst ? ['run', 'job.yaml', '--yes'] : ['resume', '--yes'];
    const before = requestsOf(emulator);
    const program = startProgram([...args, '--rate', '400'], { cwd, env });
    if (killAfter !== null) {
      const delay = between(this.#random, 0, 15);
      const watch = setInterval(() => {
        if (requestsOf(emulator) < before + killAfter) return;
        clearInterval(watch);
        setTimeout(() => program.process.kill('SIGKILL'), delay);
      }, 1);
      void program.ended.finally(() => clearInterval(watch));
    }
    const end = await program.ended;
    if (end.signal === 'SIGKILL') this.#kills += 1;
    return end;
  }

  async #newestRun(): Promise<RunId | null> {
    const world = createSystemWorld();
    const [newest] = await listRuns(this.#stateDirectory, world);
    await world.close();
    return newest?.run ?? null;
  }

  async #settledKeys(): Promise<ReadonlySet<string>> {
    const run = await this.#newestRun();
    if (run === null) return new Set();
    return new Set(
      [...readItems(this.#stateDirectory, run, { state: 'done' })].map(({ key }) => key),
    );
  }

  #checkNothingRepeated(settled: ReadonlySet<string>, auditFrom: number): void {
    for (const { uuid, operation } of this.#place.emulator.audit.entries(auditFrom)) {
      if (!settled.has(uuid)) continue;
      this.#repeated.add(uuid);
      this.#violations.push(`${operation} was sent again for the settled ${uuid}`);
    }
  }

  async #result(): Promise<KilledRunResult> {
    const { emulator } = this.#place;
    const run = await this.#newestRun();
    const items = run === null ? [] : [...readItems(this.#stateDirectory, run)];
    const sums = emulator.audit.summary()[EFFECTS[this.#options.operation]];
    const { distinctFilesChanged = 0, filesChangedMoreThanOnce = 0 } = sums ?? {};
    if (filesChangedMoreThanOnce > 0) this.#violations.push('an effect came twice');
    if (distinctFilesChanged !== items.length) {
      this.#violations.push(`${distinctFilesChanged} effects for ${items.length} items`);
    }
    if (items.length !== this.#selected) {
      this.#violations.push(`${items.length} items for ${this.#selected} files to be worked on`);
    }
    return {
      kills: this.#kills,
      items: items.length,
      requests: requestsOf(emulator),
      lost: Math.max(0, this.#selected - distinctFilesChanged),
      doubled: this.#repeated.size + filesChangedMoreThanOnce,
      outcomes: items.map(({ key, state, reason }) => `${key} ${state} ${reason}`),
      service: serviceState(emulator, this.#options.files),
      violations: this.#violations,
    };
  }
}

function jobText({ operation }: KilledRunOptions): string {
  return `
version: 1
name: killed-${operation}
source: { files: { stored: false } }
where: { uploaded: { olderThan: 24h } }
steps: [${STEPS[operation]}]
`;
}

function requestsOf(emulator: Emulator): number {
  return emulator.requestCounts().reduce((sum, { count }) => sum + count, 0);
}

function countUnstored(emulator: Emulator, files: number): number {
  const project = emulator.projects[0]!;
  let unstored = 0;
  for (let index = 0; index < files; index += 1) {
    if (project.seededFile(index).storedAt === null) unstored += 1;
  }
  return unstored;
}

function serviceState(emulator: Emulator, files: number): string[] {
  const project = emulator.projects[0]!;
  const states: string[] = [];
  for (let index = 0; index < files; index += 1) {
    const { uuid, storedAt, removedAt } = project.seededFile(index);
    states.push(
      `${uuid} ${storedAt === null ? 'unstored' : 'stored'} ${removedAt === null ? 'there' : 'removed'}`,
    );
  }
  const objects = [...emulator.bucketObjects('backup-bucket')].map(({ key }) => key);
  return [...states, ...objects.sort()];
}
