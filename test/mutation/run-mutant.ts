import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutants.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** The result of a test whose protection is turned off; `red` is the wanted one. */
export type MutantEnd = 'red' | 'green' | 'not run';

interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

/** Runs the mutant's test in another process, with the protection turned off. */
export async function runMutant({
  name,
  red,
}: Mutant): Promise<{ end: MutantEnd; stderr: string }> {
  const selected = red.test === '' ? [] : ['-t', red.test];
  const child = spawn(
    process.execPath,
    [VITEST, 'run', red.file, ...selected, '--reporter=json', '--bail=1'],
    { cwd: ROOT, env: { ...process.env, UCBULK_MUTANT: name }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  await once(child, 'close');
  const report = reportIn(stdout);
  if (report === null) return { end: 'not run', stderr: stderr.slice(-2000) };
  if (report.numFailedTests > 0) return { end: 'red', stderr: '' };
  return { end: report.numPassedTests > 0 ? 'green' : 'not run', stderr: stderr.slice(-2000) };
}

function reportIn(stdout: string): TestReport | null {
  const start = stdout.indexOf('{"numTotalTestSuites"');
  return start === -1 ? null : (JSON.parse(stdout.slice(start)) as TestReport);
}
