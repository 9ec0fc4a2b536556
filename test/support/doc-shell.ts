import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { createEmulator } from '../../src/emulator/emulator.ts';
import type { DocBlock } from './doc-blocks.ts';
import { firstDifference } from './doc-output.ts';
import { environmentFor } from './spawn-program.ts';
import { TEMP_ROOT } from './temp-root.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ANSWER_YES = `${ROOT}test/support/answer-yes.py`;
/** Only for commands that hang. */
const MAX_MS = 60_000;
/** These commands work until they are stopped. */
const SERVES = /^ucbulk (?:emulator|serve)\b(?!.*&$)/;

/** The programs in the PATH of the shell of a page, beside those of the machine. */
const PROGRAMS = {
  ucbulk: `exec node '${ROOT}dist/cli/main.js' "$@"`,
  'install-ucbulk': `mkdir -p node_modules && ln -s '${ROOT}' node_modules/ucbulk`,
  // npx itself would ask the registry.
  npx: 'exec "$@"',
  // `fault JSON`: the emulator makes this fault.
  fault: 'exec curl -sS -o /dev/null -X POST "$UPLOADCARE_REST_API_BASE/_emulator/faults" -d "$1"',
  // `background ARGUMENTS`: ucbulk works in the background, and has done an item when the program ends.
  background: `ucbulk "$@" -q > /dev/null 2>&1 & echo $! > "$HOME/.bin/pid"
until ucbulk status latest --json | jq -e '.state == "active" and .counts.done > 0' > /dev/null; do :; done`,
  // The official CLI: prints the files as `file list --json uuid` does.
  uploadcare: 'exec ucbulk file list --unstored --json=uuid',
};

/** The output of a command, and its end. */
interface CommandEnd {
  readonly code: number | null;
  readonly output: string;
}

/** The shell of a reader who types the commands of a page, one after the other. */
export interface DocShell {
  /** Runs the commands of a block. Throws if one ends or prints otherwise than the page says. */
  run(block: DocBlock): Promise<void>;
  /** Saves the text of a block that has a name of a file. */
  save(block: DocBlock): void;
  close(): Promise<void>;
}

/** Opens an empty folder with the jobs of the project, an emulator and its keys. */
export async function openDocShell(): Promise<DocShell> {
  const emulator = createEmulator({ files: 400 });
  const listening = await emulator.listen();
  const home = makeHome();
  const env = {
    ...environmentFor(listening.origin),
    PATH: `${join(home, '.bin')}:${process.env['PATH']}`,
    HOME: home,
    PAGE_ENV: join(home, '.bin/env'),
  };
  const servers: ChildProcess[] = [];
  const runOne = (command: string, answersYes: boolean) => {
    const script = `. "$PAGE_ENV"; trap 'export -p | grep -e UPLOADCARE -e AWS_ > "$PAGE_ENV"' EXIT\n${command}\n`;
    const words = ['bash', '-c', script];
    const [file = '', ...args] = answersYes ? ['python3', ANSWER_YES, ...words] : words;
    const child = spawn(file, args, { cwd: home, env, detached: true, timeout: MAX_MS });
    if (!SERVES.test(command)) return endOf(child);
    servers.push(child);
    return firstOutput(child, env.PAGE_ENV);
  };
  const fill = (text: string) => fillIn(text, join(home, 'state/runs'));
  return {
    async run(block) {
      const prepare = async (script: string | null) => {
        if (script === null) return;
        const end = await runOne(fill(`set -e\n${script}`), false);
        if (end.code !== 0) fail(block, `the commands before it: ${end.output}`);
      };
      await prepare(block.before);
      const steps = stepsOf(block);
      for (const [index, step] of steps.entries()) {
        await prepare(block.beforeEach);
        const end = await runOne(fill(step.command), block.answersYes);
        const fault = faultIn(end, step.shown, index === steps.length - 1 ? block.exitCode : 0);
        if (fault !== null) fail(block, `${step.command}\n${fault}\nIt printed:\n${end.output}`);
      }
    },
    save({ file, text }) {
      if (file !== null) writeFileSync(join(home, file), text);
    },
    async close() {
      for (const { pid } of servers) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
      await listening.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Makes a home folder with the jobs of the project and the programs of the shell. */
function makeHome(): string {
  const home = mkdtempSync(join(TEMP_ROOT, 'ucbulk-docs-'));
  for (const folder of ['.bin', 'state', 'var/log']) {
    mkdirSync(join(home, folder), { recursive: true });
  }
  symlinkSync(`${ROOT}jobs`, join(home, 'jobs'));
  symlinkSync(`${ROOT}docs/examples`, join(home, 'examples'));
  for (const [name, script] of Object.entries(PROGRAMS)) {
    writeFileSync(join(home, '.bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  writeFileSync(join(home, '.bin/env'), '');
  return home;
}

function fail({ page, line }: DocBlock, message: string): never {
  throw new Error(`${page}:${line}: ${message}`);
}

function faultIn(end: CommandEnd, shown: readonly string[], wanted: number): string | null {
  if (end.code !== wanted) return `exit code ${end.code} instead of ${wanted}`;
  return firstDifference(shown, end.output);
}

/** A command of a block, and the lines that the page shows as its output. */
interface Step {
  readonly command: string;
  readonly shown: readonly string[];
}

function stepsOf({ language, text }: DocBlock): Step[] {
  if (language !== 'console') return commandsIn(text).map((command) => ({ command, shown: [] }));
  const [, ...parts] = text.split(/^\$ /m);
  return parts.map((part) => {
    const [command = '', ...shown] = part.trimEnd().split('\n');
    return { command, shown };
  });
}

/** Splits a script into its commands. A command can have several lines. */
function commandsIn(script: string): string[] {
  const commands: string[] = [];
  let command = '';
  for (const line of script.split('\n')) {
    command += `${line}\n`;
    const isWhole = !line.endsWith('\\') && spawnSync('bash', ['-n', '-c', command]).status === 0;
    if (!isWhole) continue;
    if (/^\s*[^#\s]/m.test(command)) commands.push(command.trim());
    command = '';
  }
  if (command.trim() !== '') throw new Error(`Not a whole command: ${command}`);
  return commands;
}

/** Puts what the test has in the place of what the reader has: runs, keys, ports and folders. */
function fillIn(command: string, runs: string): string {
  const newest = existsSync(runs)
    ? (
        readdirSync(runs)
          .filter((name) => name.endsWith('.db'))
          .sort()
          .at(-1) ?? ''
      ).slice(0, -3)
    : '';
  return command
    .replaceAll(/\b2026\d{4}-\d{6}-[a-z0-9]+\b|\bRUN\b/g, newest)
    .replaceAll(/\b(UPLOADCARE_\w+)=(?:…|YOUR_\w+)/g, '$1=$$$1')
    .replaceAll(/ --port \d+/g, '')
    .replaceAll(/http:\/\/127\.0\.0\.1:8010/g, '$UPLOADCARE_REST_API_BASE')
    .replaceAll(/(?<=[\s=])\/(?=(?:var|etc)\/)/g, '$HOME/');
}

function endOf(child: ChildProcess): Promise<CommandEnd> {
  child.stdin?.end();
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (text) => (output += text));
    child.stderr?.on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: withoutColors(output) }));
  });
}

/** Waits until a program that serves has printed its first lines, and keeps the variables in them. */
function firstOutput(child: ChildProcess, envFile: string): Promise<CommandEnd> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: 'It ended.' }));
    child.stdout?.once('data', (text) => {
      const output = String(text);
      if (output.startsWith('export ')) writeFileSync(envFile, output);
      resolve({ code: 0, output });
    });
  });
}

function withoutColors(text: string): string {
  return stripVTControlCharacters(text).replaceAll('\r', '\n');
}
