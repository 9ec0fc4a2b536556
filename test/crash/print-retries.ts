import type { CellResult } from './matrix.ts';
import { cellText } from './matrix-run.ts';
import { OPERATIONS } from './matrix-stage.ts';
import { runRetryMatrix } from './retry-matrix.ts';

/** Kills a retry of each operation at every point, reports the results, and returns the exit code. */
export async function printRetries(
  { only }: { readonly only: string | undefined },
  say: (line: string) => void,
): Promise<number> {
  const startedAt = performance.now();
  const results: CellResult[] = [];
  for (const uses of OPERATIONS.filter((name) => only === undefined || name === only)) {
    const found = await runRetryMatrix(uses, { isSample: false });
    say(`${uses}: ${found.length} cells`);
    for (const { cell, violations } of found) {
      for (const violation of violations) say(`${cellText(cell)}: ${violation}`);
    }
    results.push(...found);
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  const killed = results.filter((result) => result.killed).length;
  const bad = results.filter(({ violations }) => violations.length > 0).length;
  const inDoubt = results.reduce((sum, result) => sum + result.inDoubt, 0);
  say(
    `${results.length} cells in ${seconds} s: ${killed} deaths, ${inDoubt} items in doubt, ${bad} cells with violations`,
  );
  return bad === 0 && results.length > 0 ? 0 : 1;
}
