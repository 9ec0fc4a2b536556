import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Program, startProgram } from '../../support/spawn-program.ts';

/** The resources that a process used until its end. */
export interface Used {
  /** User and system time, µs. */
  readonly cpuMicros: number;
  /** How often it waited for the disk (`fsync`, `fdatasync`); null if nothing can count it. */
  readonly syncs: number | null;
  readonly wallMs: number;
  /** Most memory that was ever in use (VmHWM), bytes. */
  readonly peakBytes: number;
}

/** Runs programs, one after the other, and measures each. */
export interface ProgramMeter {
  measure(
    args: readonly string[],
    options: {
      readonly cwd: string;
      readonly env: Record<string, string>;
      readonly entry?: string;
      /** Reads the output of the program. */
      readonly readOutput?: (stdout: Readable) => void;
      /** Called when the program has started. */
      readonly onStart?: (program: Program) => void;
    },
  ): Promise<Used>;
  /** An empty folder for a program. */
  folder(): string;
  dispose(): void;
}

export function createProgramMeter(): ProgramMeter {
  const root = mkdtempSync(join(tmpdir(), 'ucbulk-bench-'));
  const counter = compileCounter(root);
  const preload = `--import=${new URL('measure-at-exit.mjs', import.meta.url).href}`;
  const [cpuFile, syncsFile] = [join(root, 'cpu.json'), join(root, 'syncs.txt')];
  let folders = 0;
  return {
    folder() {
      folders += 1;
      const path = join(root, String(folders));
      mkdirSync(path);
      return path;
    },
    async measure(args, { cwd, env, onStart, ...rest }) {
      const startedAt = performance.now();
      const program = startProgram(args, {
        ...rest,
        cwd,
        env: {
          ...env,
          NODE_OPTIONS: preload,
          BENCH_CPU_FILE: cpuFile,
          ...(counter === null ? {} : { LD_PRELOAD: counter, BENCH_SYNCS_FILE: syncsFile }),
        },
      });
      onStart?.(program);
      const end = await program.ended;
      if (end.code !== 0) {
        throw new Error(`${args.join(' ')} ended with ${end.code}: ${end.stderr}${end.stdout}`);
      }
      const wallMs = performance.now() - startedAt;
      const { cpuMicros }: { cpuMicros: number } = JSON.parse(readFileSync(cpuFile, 'utf8'));
      const syncs = counter === null ? null : Number(readFileSync(syncsFile, 'utf8'));
      return { cpuMicros, syncs, wallMs, peakBytes: end.peakBytes };
    },
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Compiles the counter of syncs; null if the machine has no C compiler. */
function compileCounter(folder: string): string | null {
  const library = join(folder, 'count-syncs.so');
  const source = fileURLToPath(new URL('count-syncs.c', import.meta.url));
  try {
    execFileSync('cc', ['-O1', '-shared', '-fPIC', '-o', library, source, '-ldl'], {
      stdio: 'ignore',
    });
    return library;
  } catch {
    return null;
  }
}
