import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import type { RunId } from '../../src/core/run.ts';
import { CRASH_POINTS, type CrashPoint } from '../../src/core/world.ts';
import { LedgerReader } from '../../src/ledger/ledger-reader.ts';
import { listRuns, readItems } from '../../src/run/read-runs.ts';
import { resumeRun } from '../../src/run/resume-run.ts';
import { startRun } from '../../src/run/start-run.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import type { LifeOrder } from './matrix-life.ts';
import { addFault, type CellFault, caseOf, openStage, type Stage } from './matrix-stage.ts';
import { contextAt, fastWorld } from './matrix-world.ts';

/** One death: where, at which time that place is reached, and what happens on the wire. */
export interface Cell {
  readonly uses: string;
  readonly point: CrashPoint;
  readonly hit: number;
  readonly fault: CellFault;
}

/** What came of a cell; `killed` is false where the run ended before it could die there. */
export interface CellResult {
  readonly cell: Cell;
  readonly killed: boolean;
  readonly inDoubt: number;
  readonly violations: readonly string[];
}

/** A run that was never killed. */
export interface Reference {
  /** How often each point was reached. */
  readonly hits: ReadonlyMap<CrashPoint, number>;
  readonly outcomes: readonly string[];
  readonly effects: Readonly<Record<string, number>>;
}

/** Longest settle time of all operations and more, ms of emulated time. */
const SETTLED_MS = 15 * 60_000;
const MOST_HITS = 4;
/** Reached only where somebody stops the run. */
const STOP_POINTS: readonly CrashPoint[] = ['draining', 'drained'];
const PATIENCE_MS = 120_000;

/** Runs an operation without a death; counts the places where it could have died. */
export async function referenceOf(uses: string, fault: CellFault): Promise<Reference> {
  const stage = await openStage(uses);
  try {
    addFault(stage, uses, { fault, held: null });
    const hits = new Map<CrashPoint, number>();
    await inThisProcess(stage, (point) => hits.set(point, (hits.get(point) ?? 0) + 1));
    return { hits, outcomes: outcomesOf(stage, await newestRun(stage)), effects: effectsOf(stage) };
  } finally {
    await stage.close();
  }
}

/** All deaths that a reference shows to be possible, up to the fourth at each place. */
export function cellsOf(uses: string, fault: CellFault, { hits }: Reference): Cell[] {
  return CRASH_POINTS.flatMap((point) => {
    const isStop = STOP_POINTS.includes(point);
    if (isStop && fault !== 'none') return [];
    const reached = isStop ? 1 : Math.min(MOST_HITS, hits.get(point) ?? 0);
    return Array.from({ length: reached }, (_, place) => ({ uses, point, hit: place + 1, fault }));
  });
}

/**
 * Runs one cell: a process that dies, then one that goes on. `reference` is a run of the operation
 * without a death and without a fault: both must leave no trace but doubt.
 */
export async function runCell(cell: Cell, reference: Reference): Promise<CellResult> {
  const stage = await openStage(cell.uses);
  try {
    const held = cell.point === 'after-write' ? cell.hit : null;
    addFault(stage, cell.uses, { fault: cell.fault, held });
    const killed = await dieAt(stage, cell);
    stage.emulator.faults.remove();
    const died = await newestRun(stage);
    const undecided = died === null ? [] : undecidedOf(stage, died);
    stage.emulator.clock.advance(SETTLED_MS);
    await inThisProcess(stage, () => undefined);
    const run = await newestRun(stage);
    const violations = violationsOf(stage, { cell, reference, run, undecided });
    const inDoubt = keysInDoubt(stage, run).length;
    return { cell, killed, inDoubt, violations };
  } finally {
    await stage.close();
  }
}

/** Where the program of a life that dies was written to. */
let lifeProgram: string | null = null;

/** Starts the built program's engine in a process of its own; true once it has killed itself. */
async function dieAt(stage: Stage, { point, hit }: Cell): Promise<boolean> {
  lifeProgram ??= writeLifeProgram();
  const { job, origin, stateDirectory, emulator } = stage;
  const order: LifeOrder = {
    dist: new URL('../../dist/', import.meta.url).href,
    job,
    origin,
    stateDirectory,
    anchor: { real: Date.now(), emulated: emulator.clock.now() },
    kill: { point, hit },
  };
  const child = spawn(process.execPath, [lifeProgram, JSON.stringify(order)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGTERM',
  });
  const { code, signal, stderr } = await ended(child);
  if (signal === 'SIGKILL') return true;
  if (code === 0) return false;
  throw new Error(`A life ended with ${code ?? signal}: ${stderr}`);
}

function ended(child: ChildProcess) {
  let stderr = '';
  child.stderr?.on('data', (text) => {
    stderr += text;
  });
  return new Promise<{ code: number | null; signal: string | null; stderr: string }>(
    (resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal, stderr }));
    },
  );
}

/** The program of a life as plain JavaScript: a loader for TypeScript would take longer than the life. */
function writeLifeProgram(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ucbulk-life-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  for (const name of ['matrix-life', 'matrix-world']) {
    const text = readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8');
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: {
        module: ts.ModuleKind.NodeNext,
        target: ts.ScriptTarget.ES2023,
        rewriteRelativeImportExtensions: true,
        verbatimModuleSyntax: true,
      },
      fileName: pathToFileURL(`${name}.mts`).pathname,
    });
    writeFileSync(join(directory, `${name}.js`), outputText);
  }
  return join(directory, 'matrix-life.js');
}

/** Goes on with the run that is there, or starts one where none is, and lets it end. */
async function inThisProcess(stage: Stage, onPoint: (point: CrashPoint) => void): Promise<void> {
  const system = createSystemWorld();
  const world = fastWorld(system, () => stage.emulator.clock.now(), onPoint);
  const context = contextAt(stage, world, new AbortController().signal);
  try {
    const run = await newestRun(stage);
    await (run === null ? startRun(stage.job, context) : resumeRun(run, context));
  } finally {
    await system.close();
  }
}

async function newestRun({ stateDirectory }: Stage): Promise<RunId | null> {
  const world = createSystemWorld();
  const [newest] = await listRuns(stateDirectory, world).catch(() => []);
  await world.close();
  return newest?.run ?? null;
}

interface Comparison {
  readonly cell: Cell;
  readonly reference: Reference;
  readonly run: RunId | null;
  /** Items whose request was made durable and not answered when the process died. */
  readonly undecided: readonly string[];
}

function violationsOf(stage: Stage, { cell, reference, run, undecided }: Comparison): string[] {
  const outcomes = outcomesOf(stage, run);
  const effects = effectsOf(stage);
  const violations = repeatedEffects(stage);
  if (caseOf(cell.uses).doubt !== 'undetectable') {
    violations.push(...differences('outcome', reference.outcomes, outcomes));
    violations.push(...differences('effect', lines(reference.effects), lines(effects)));
    return violations;
  }
  const doubtful = keysInDoubt(stage, run);
  violations.push(...differences('in doubt', undecided, doubtful));
  const others = reference.outcomes.filter((line) => !doubtful.some((key) => line.includes(key)));
  const settled = outcomes.filter((line) => !doubtful.some((key) => line.includes(key)));
  violations.push(...differences('outcome', others, settled));
  for (const [effect, count] of Object.entries(effects)) {
    const most = reference.outcomes.length;
    if (count > most || count < most - doubtful.length)
      violations.push(`${count} times ${effect} for ${most} items, ${doubtful.length} in doubt`);
  }
  return violations;
}

function repeatedEffects({ emulator }: Stage): string[] {
  const twice = Object.entries(emulator.audit.summary())
    .filter(([, sums]) => sums.filesChangedMoreThanOnce > 0)
    .map(([effect]) => `${effect} came twice to a file`);
  const again = emulator.creations.repeated().map((made) => `made again: ${JSON.stringify(made)}`);
  return [...twice, ...again];
}

function effectsOf({ emulator }: Stage): Record<string, number> {
  const sums = Object.entries(emulator.audit.summary());
  return Object.fromEntries(sums.map(([effect, { changed }]) => [effect, changed]));
}

function outcomesOf(stage: Stage, run: RunId | null): string[] {
  if (run === null) return [];
  return [...readItems(stage.stateDirectory, run)].map(
    ({ key, state, reason }) => `${key.replace(stage.directory, '')} ${state} ${reason}`,
  );
}

function keysInDoubt({ stateDirectory }: Stage, run: RunId | null): string[] {
  if (run === null) return [];
  return [...readItems(stateDirectory, run, { state: 'in-doubt' })].map(({ key }) => key);
}

function undecidedOf({ stateDirectory }: Stage, run: RunId): string[] {
  const reader = LedgerReader.open(join(stateDirectory, 'runs', `${run}.db`));
  try {
    const sent = reader.items.running(0, 1000).filter(({ openSends }) => openSends > 0);
    const doubtful = reader.items.inDoubt(0, { after: 0, limit: 1000 });
    return [...sent, ...doubtful].sort((one, other) => one.seq - other.seq).map(({ key }) => key);
  } finally {
    reader.close();
  }
}

function lines(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).map(([name, count]) => `${name} ${count}`);
}

function differences(what: string, wanted: readonly string[], got: readonly string[]): string[] {
  const lost = wanted.filter((line) => !got.includes(line)).map((line) => `no ${what}: ${line}`);
  const extra = got.filter((line) => !wanted.includes(line)).map((line) => `${what}: ${line}`);
  return [...lost, ...extra];
}
