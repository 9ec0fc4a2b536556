import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRedis, type RedisProcess } from '../support/redis-process.ts';
import {
  type EmulatorProcess,
  environmentFor,
  type Program,
  type ProgramEnd,
  startEmulator,
  startProgram,
} from '../support/spawn-program.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';
import { type ChaosJob, writeUploads } from './chaos-jobs.ts';
import { listFiles } from './emulator-facts.ts';

/** The emulator answers requests with an effect so late, ms. */
const ANSWER_LATE_MS = 800;
const UPLOADS = 'upload';

/** The job, the sizes and the programs of a stage. */
interface StageOptions {
  readonly job: ChaosJob;
  readonly items: number;
  readonly redisServer: string;
  /** How Redis writes its append-only file: `everysec` or `always`. */
  readonly fsync: string;
  readonly seed: number;
}

/** The processes and the folder of one round, except those that the round starts. */
export interface ChaosStage {
  readonly directory: string;
  readonly redis: RedisProcess;
  readonly emulator: EmulatorProcess;
  /** The items that the run must have: UUIDs of files, or names of files to upload. */
  readonly expected: readonly string[];
  start(args: readonly string[]): Program;
  /** Runs a command to its end. */
  finish(args: readonly string[]): Promise<ProgramEnd>;
  close(): Promise<void>;
}

/** Starts Redis and the emulator in processes of their own, and makes the files of a round. */
export async function openStage(options: StageOptions): Promise<ChaosStage> {
  const { job, items, seed } = options;
  const directory = mkdtempSync(join(TEMP_ROOT, 'ucbulk-chaos-'));
  const isUpload = job.effect === UPLOADS;
  const redis = await openRedis(options.redisServer, ['--appendfsync', options.fsync]);
  const emulator = await startEmulator({
    files: isUpload ? 0 : items,
    seed,
    storedShare: 1,
    work: { remove_bg: { medianMs: 500 }, local_copy: { medianMs: 300 } },
  });
  await fetch(`${emulator.origin}/_emulator/faults`, {
    method: 'POST',
    body: JSON.stringify({ method: job.method, fault: { kind: 'delay', ms: ANSWER_LATE_MS } }),
  });
  const expected = isUpload
    ? writeUploads(directory, items)
    : await listFiles(emulator.origin, job.mime ?? '');
  writeFileSync(join(directory, 'job.yaml'), job.text);
  const env = { ...environmentFor(emulator.origin), UCBULK_STATE: join(directory, 'state') };
  const started = new Set<Program>();
  const start = (args: readonly string[]) => {
    const program = startProgram(args, { cwd: directory, env });
    started.add(program);
    void program.ended.then(() => started.delete(program));
    return program;
  };
  return {
    directory,
    redis,
    emulator,
    expected,
    start,
    finish: (args) => start(args).ended,
    async close() {
      for (const program of started) program.process.kill('SIGKILL');
      await Promise.all([...started].map((program) => program.ended));
      await redis.remove();
      emulator.stop();
    },
  };
}
