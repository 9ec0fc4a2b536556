import { startProgram } from '../support/spawn-program.ts';
import type { BenchReport } from './bench-report.ts';
import { inFolder } from './cleanup-bench.ts';

const MOST_MEGABYTES = 200;
const PAGE = 1000;

/**
 * The plan of a cleanup of so many files, and a run of this plan: requests, and the peak memory of the program.
 * A plan sends one request for each page, and one that reads the project.
 */
export async function benchPlan(
  { files }: { readonly files: number },
  report: BenchReport,
): Promise<void> {
  const measured = await inFolder(files, async ({ cwd, env, ask }) => {
    const requests = async () => ((await ask('state')) as { requests: number }).requests;
    const run = async (command: readonly string[]) => {
      const before = await requests();
      const { code, signal, stderr, peakBytes } = await startProgram(command, { cwd, env }).ended;
      if (code !== 0) throw new Error(`${command[0]} ended with ${code ?? signal}: ${stderr}`);
      return { megabytes: peakBytes / 1e6, requests: (await requests()) - before };
    };
    return {
      plan: await run(['plan', 'job.yaml', '-o', 'job.plan', '--json']),
      apply: await run(['apply', 'job.plan', '--yes', '--json']),
    };
  });
  report.say('| command | requests | peak memory (VmHWM) | |');
  report.say('|---|---|---|---|');
  for (const [command, { megabytes, requests }] of Object.entries(measured)) {
    const name = `${command}: ${files} files`;
    const atMost = Math.ceil(files / PAGE) + 1;
    const goals = [
      report.add({
        name: `${name}: peak memory`,
        unit: 'MB',
        value: megabytes,
        goal: { atMost: MOST_MEGABYTES },
      }),
      report.add({
        name: `${name}: requests`,
        unit: '',
        value: requests,
        ...(command === 'plan' && { goal: { atMost } }),
      }),
    ];
    const missed = goals.includes(false) ? 'MISSED' : '';
    report.say(`| ${command} | ${requests} | ${megabytes.toFixed(0)} MB | ${missed} |`);
  }
}
