import { cellText, operationIn, runMatrix, selectorOf } from './matrix-run.ts';

/** Runs the matrix or a part of it, says what came of it, and gives the exit code. */
export async function printMatrix(
  options: { only: string | undefined; jobs: number },
  say: (line: string) => void,
): Promise<number> {
  const startedAt = performance.now();
  const only = selectorOf(options.only);
  let done = 0;
  const selected = { only, operation: operationIn(options.only), jobs: options.jobs };
  const { results, unreached } = await runMatrix(selected, (result) => {
    done += 1;
    if (done % 100 === 0) say(`${done} deaths`);
    for (const violation of result.violations) say(`${cellText(result.cell)}: ${violation}`);
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  const killed = results.filter((result) => result.killed).length;
  const bad = results.filter(({ violations }) => violations.length > 0);
  const inDoubt = results.reduce((sum, result) => sum + result.inDoubt, 0);
  say(
    `${results.length} cells in ${seconds} s: ${killed} deaths, ${results.length - killed} ended before theirs, ${inDoubt} items in doubt, ${bad.length} cells with violations`,
  );
  for (const point of unreached) say(`No operation reaches ${point}`);
  for (const { cell } of bad) say(`Again: npm run test:crash -- --matrix --only ${cellText(cell)}`);
  return bad.length + unreached.length === 0 && results.length > 0 ? 0 : 1;
}
