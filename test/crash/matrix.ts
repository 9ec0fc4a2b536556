import { CRASH_POINTS, type CrashPoint } from '../../src/core/world.ts';
import { effectsOf, keysInDoubt, outcomesOf, type Trace, violationsOf } from './compare-runs.ts';
import { effectsOfSecondRun, endInPeace } from './end-in-peace.ts';
import { dieAt, inThisProcess, newestRun } from './matrix-lives.ts';
import { addFault, type CellFault, isDoneOnce, isSwept, openStage } from './matrix-stage.ts';

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
export interface Reference extends Trace {
  /** How often each point was reached. */
  readonly hits: ReadonlyMap<CrashPoint, number>;
}

const MOST_HITS = 4;
/** Enough for every point of the requests of a sweep. */
const MOST_HITS_OF_SWEPT = 10;
/** Reached only where somebody stops the run. */
export const STOP_POINTS: readonly CrashPoint[] = ['draining', 'drained'];

/** Runs an operation without a death; counts the places where it could have died. */
export async function referenceOf(
  uses: string,
  fault: CellFault,
  items?: number,
): Promise<Reference> {
  const stage = await openStage(uses, items);
  try {
    addFault(stage, uses, { fault, held: null });
    const hits = new Map<CrashPoint, number>();
    await inThisProcess(stage, (point) => hits.set(point, (hits.get(point) ?? 0) + 1));
    return { hits, outcomes: outcomesOf(stage, await newestRun(stage)), effects: effectsOf(stage) };
  } finally {
    await stage.close();
  }
}

const references = new Map<string, Promise<Reference>>();

/** What a run of `items` items of an operation comes to without a death; run once only. */
export function knownReference(uses: string, items: number): Promise<Reference> {
  const known = references.get(`${uses} ${items}`) ?? referenceOf(uses, 'none', items);
  references.set(`${uses} ${items}`, known);
  return known;
}

/** All deaths that a reference shows to be possible, up to a maximum at each place. */
export function cellsOf(uses: string, fault: CellFault, { hits }: Reference): Cell[] {
  const most = isSwept(uses) ? MOST_HITS_OF_SWEPT : MOST_HITS;
  return CRASH_POINTS.flatMap((point) => {
    const isStop = STOP_POINTS.includes(point);
    if (isStop && fault !== 'none') return [];
    const reached = isStop ? 1 : Math.min(most, hits.get(point) ?? 0);
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
    const compared = await endInPeace(stage, { uses: cell.uses, reference });
    const inDoubt = keysInDoubt(stage, compared.run).length;
    const violations = violationsOf(stage, compared);
    if (isDoneOnce(cell.uses)) violations.push(...(await effectsOfSecondRun(stage)));
    return { cell, killed, inDoubt, violations };
  } finally {
    await stage.close();
  }
}
