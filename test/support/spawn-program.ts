import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { EmulatorOptions } from '../../src/emulator/emulator.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** How a program ended, and what it used. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Most memory that was ever in use (VmHWM), bytes; 0 where the system does not tell. */
  readonly peakBytes: number;
}

/** A running ucbulk. */
export interface Program {
  readonly process: ChildProcess;
  readonly ended: Promise<ProgramEnd>;
}

/** Starts the built program (`npm run build` first). */
export function startProgram(
  args: readonly string[],
  options: {
    cwd: string;
    env: Readonly<Record<string, string>>;
    entry?: string;
    input?: 'pipe';
    /** Reads the output instead of `ProgramEnd.stdout`, which is then empty. */
    readOutput?: (stdout: Readable) => void;
  },
): Program {
  const entry = options.entry ?? `${ROOT}dist/cli/main.js`;
  const [file, ...first] = startOf(entry);
  const child = spawn(file, [...first, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], HOME: options.cwd, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  if (options.input === undefined) child.stdin.end();
  let stdout = '';
  let stderr = '';
  let peakBytes = 0;
  if (options.readOutput !== undefined) options.readOutput(child.stdout);
  else {
    child.stdout.on('data', (text) => {
      stdout += text;
    });
  }
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const sampler = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid));
  }, 100);
  const ended = new Promise<ProgramEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(sampler);
      resolve({ code, signal, stdout, stderr, peakBytes });
    });
  });
  return { process: child, ended };
}

/** The command line of a program: a TypeScript file, a bundle, or a binary. */
function startOf(entry: string): [file: string, ...args: string[]] {
  if (entry.endsWith('.ts'))
    return [process.execPath, '--import', import.meta.resolve('tsx'), entry];
  return /\.m?js$/.test(entry) ? [process.execPath, entry] : [entry];
}

/** An emulator in a process of its own. */
export interface EmulatorProcess {
  readonly origin: string;
  /** Asks a control endpoint. */
  ask(path: string): Promise<unknown>;
  stop(): void;
}

/** Starts an emulator of its own process and waits until it listens. */
export async function startEmulator(options: EmulatorOptions): Promise<EmulatorProcess> {
  const entry = fileURLToPath(new URL('emulator-process.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), entry, JSON.stringify(options)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const origin = await new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`The emulator ended with ${code}`)));
    child.stdout.once('data', (line) => resolve(String(line).trim()));
  });
  return {
    origin,
    ask: async (path) => (await fetch(`${origin}/_emulator/${path}`)).json(),
    stop: () => child.stdin.end(),
  };
}

/** The keys and the address of an emulator, as the program wants them. */
export function environmentFor(origin: string): Record<string, string> {
  return {
    UPLOADCARE_PUBLIC_KEY: 'demopublickey',
    UPLOADCARE_SECRET_KEY: 'demosecretkey',
    UPLOADCARE_REST_API_BASE: origin,
  };
}

function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
