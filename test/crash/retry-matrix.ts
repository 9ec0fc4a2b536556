import type { CrashPoint } from '../../src/core/world.ts';
import { keysInDoubt, violationsOf } from './compare-runs.ts';
import { endInPeace } from './end-in-peace.ts';
import { type Cell, type CellResult, cellsOf, type Reference, referenceOf } from './matrix.ts';
import { dieAt, inThisProcess, retryInThisProcess } from './matrix-lives.ts';
import { addFault, caseOf, openStage, type Stage } from './matrix-stage.ts';

/** Sets the stage with a finished run whose items have all failed, because the service refused them. */
async function openFailedStage(uses: string): Promise<Stage> {
  const stage = await openStage(uses);
  const { method, path } = caseOf(uses).mutation;
  stage.emulator.faults.add({
    method,
    path: pathStart(path),
    fault: { kind: 'status', status: 400 },
  });
  await inThisProcess(stage, () => undefined);
  stage.emulator.faults.remove();
  return stage;
}

function pathStart({ source }: RegExp): string {
  if (!source.startsWith('^')) return '/files/';
  return /^[\w/]*/.exec(source.slice(1).replaceAll('\\/', '/'))?.[0] ?? '/';
}

/** How often a retry reaches each point if nothing kills it. */
async function hitsOfRetry(uses: string): Promise<Map<CrashPoint, number>> {
  const stage = await openFailedStage(uses);
  try {
    const hits = new Map<CrashPoint, number>();
    await retryInThisProcess(stage, (point) => hits.set(point, (hits.get(point) ?? 0) + 1));
    return hits;
  } finally {
    await stage.close();
  }
}

/** Runs one cell: a retry that dies, then a resume. Compares with a run in which nothing failed. */
async function runRetryCell(cell: Cell, reference: Reference): Promise<CellResult> {
  const stage = await openFailedStage(cell.uses);
  try {
    const held = cell.point === 'after-write' ? cell.hit : null;
    addFault(stage, cell.uses, { fault: cell.fault, held });
    const killed = await dieAt(stage, cell, { isRetry: true });
    stage.emulator.faults.remove();
    const compared = await endInPeace(stage, { uses: cell.uses, reference });
    const inDoubt = keysInDoubt(stage, compared.run).length;
    return { cell, killed, inDoubt, violations: violationsOf(stage, compared) };
  } finally {
    await stage.close();
  }
}

/** Deaths in the retry of an operation: all that are possible, or one at each point. */
export async function runRetryMatrix(
  uses: string,
  { isSample }: { readonly isSample: boolean },
): Promise<CellResult[]> {
  const reference = await referenceOf(uses, 'none');
  const cells = cellsOf(uses, 'none', { ...reference, hits: await hitsOfRetry(uses) });
  const points = new Map(cells.map((cell) => [cell.point, cell]));
  const results: CellResult[] = [];
  for (const cell of isSample ? points.values() : cells) {
    results.push(await runRetryCell(cell, reference));
  }
  return results;
}
