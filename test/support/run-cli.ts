import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import {
  createEmulator,
  type Emulator,
  type EmulatorOptions,
} from '../../src/emulator/emulator.ts';
import { readDocuments } from './check-documents.ts';
import { environmentFor, type Program, type ProgramEnd, startProgram } from './spawn-program.ts';
import { TEMP_ROOT } from './temp-root.ts';

/** A document of stdout; the fields that tests look at by name. */
interface CliDocument {
  readonly run?: string;
  readonly type?: string;
  readonly state?: string;
  readonly jobName?: string;
  readonly selected?: number;
}

/** The output of a command, and its end. */
interface CliEnd extends ProgramEnd {
  /** The documents of stdout, with `--json`. Fails if one of them breaks its schema. */
  readonly documents: readonly CliDocument[];
}

/** A shell of a test's own: an empty folder, an emulator, its keys. */
export interface Shell {
  /** Working directory; `state/` of it holds the ledgers. */
  readonly cwd: string;
  readonly state: string;
  readonly emulator: Emulator;
  readonly origin: string;
  readonly project: Emulator['projects'][number];
  /** Runs the built program to its end. */
  ucbulk(args: readonly string[], change?: ShellChange): Promise<CliEnd>;
  /** Starts it and lets the test go on. */
  start(args: readonly string[], change?: ShellChange): Program;
  /** Writes a file into the working directory. */
  write(name: string, text: string): void;
}

/** What is different for one command. */
interface ShellChange {
  readonly env?: Readonly<Record<string, string>>;
  /** Another program than the built one. */
  readonly entry?: string;
  /** A pipe that stays open as standard input; nothing where absent. */
  readonly input?: 'pipe';
}

/** A job file of the repository, by name. */
export function jobFile(name: string): string {
  return fileURLToPath(new URL(`../../jobs/${name}.yaml`, import.meta.url));
}

/** Opens a shell; all of it is gone when the test is over. */
export async function openShell(options: EmulatorOptions = {}): Promise<Shell> {
  const cwd = mkdtempSync(join(TEMP_ROOT, 'ucbulk-e2e-'));
  const state = join(cwd, 'state');
  const emulator = createEmulator({ files: 300, ...options });
  const listening = await emulator.listen();
  const started: Program[] = [];
  onTestFinished(async () => {
    for (const program of started) program.process.kill('SIGKILL');
    await Promise.all(started.map((program) => program.ended));
    await listening.close();
    rmSync(cwd, { recursive: true, force: true });
  });
  const [project] = emulator.projects;
  if (project === undefined) throw new Error('An emulator has a project');
  const start = (args: readonly string[], change: ShellChange = {}): Program => {
    const env = { ...environmentFor(listening.origin), UCBULK_STATE: state, ...change.env };
    const { env: _, ...how } = change;
    const program = startProgram(args, { cwd, env, ...how });
    started.push(program);
    return program;
  };
  return {
    cwd,
    state,
    emulator,
    origin: listening.origin,
    project,
    start,
    async ucbulk(args, change) {
      const end = await start(args, change).ended;
      return { ...end, documents: args.includes('--json') ? readDocuments(end.stdout) : [] };
    },
    write: (name, text) => writeFileSync(join(cwd, name), text),
  };
}

/** Waits until the program has printed what matches. */
export async function untilPrinted(program: Program, pattern: RegExp): Promise<RegExpExecArray> {
  let printed = '';
  return new Promise((resolve, reject) => {
    const read = (text: Buffer) => {
      printed += String(text);
      const match = pattern.exec(printed);
      if (match !== null) resolve(match);
    };
    program.process.stderr?.on('data', read);
    program.process.stdout?.on('data', read);
    program.process.once('close', () => reject(new Error(`Never printed ${pattern}: ${printed}`)));
  });
}
