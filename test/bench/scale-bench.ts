import { median } from '../support/median.ts';
import { environmentFor, startProgram } from '../support/spawn-program.ts';
import type { BenchReport, Figure } from './bench-report.ts';
import { createProgramMeter, type ProgramMeter } from './cpu/measure-program.ts';
import { type FirstDelete, listenForDelete } from './scale/first-delete.ts';
import { createLargeRun, LARGE_RUN } from './scale/large-run.ts';

const REPEATS = 3;
const FEW = 1000;

/**
 * Measures how the work on a ledger grows with its items: the listing, the size of the file, `status`, and
 * the time until `resume` sends the first delete.
 */
export async function benchScale(
  { ledgerFiles: files }: { readonly ledgerFiles: number },
  report: BenchReport,
): Promise<void> {
  const meter = createProgramMeter();
  const service = await listenForDelete();
  try {
    const [few, many] = [meter.folder(), meter.folder()];
    const { origin: restOrigin } = service;
    await createLargeRun(few, { files: FEW, ended: FEW / 2, restOrigin });
    const run = await createLargeRun(many, { files, ended: files / 2, restOrigin });
    const status = await compare((state) => statusSeconds(meter, state), { few, many });
    const resume = await compare((state) => resumeSeconds(service, state), { few, many });
    report.say(`A run of ${files} files, of which half are deleted.\n`);
    report.say('| figure | value | goal | |');
    report.say('|---|---|---|---|');
    const row = (figure: Figure, shown: string, goal: string) => {
      const isReached = report.add({ ...figure, name: `scale: ${files} files: ${figure.name}` });
      report.say(`| ${figure.name} | ${shown} | ${goal} | ${isReached ? '' : 'MISSED'} |`);
    };
    const perCpuSecond = (files / run.listingMicros) * 1e6;
    const thousands = (value: number) => `${(value / 1000).toFixed(0)},000`;
    row(
      {
        name: 'rows listed in a second of CPU',
        unit: '',
        value: perCpuSecond,
        goal: { atLeast: 200_000 },
      },
      thousands(perCpuSecond),
      'at least 200,000',
    );
    const perSecond = (files / run.listingMs) * 1000;
    row({ name: 'rows listed in a second', unit: '', value: perSecond }, thousands(perSecond), '');
    row(
      {
        name: 'search for files listed twice',
        unit: 'ms',
        value: run.repeatsMs,
        goal: { atMost: 100 },
      },
      `${run.repeatsMs.toFixed(0)} ms`,
      'at most 100 ms',
    );
    const megabytes = run.ledgerBytes / files;
    row(
      { name: 'ledger, for a million files', unit: 'MB', value: megabytes, goal: { atMost: 55 } },
      `${megabytes.toFixed(1)} MB`,
      'at most 55 MB',
    );
    row(
      {
        name: 'status, CPU beyond a run of 1,000 files',
        unit: 's',
        value: status,
        goal: { atMost: 0.25 },
      },
      `${status.toFixed(2)} s`,
      'at most 0.25 s',
    );
    row(
      {
        name: 'resume to its first delete, beyond a run of 1,000 files',
        unit: 's',
        value: resume,
        goal: { atMost: 1 },
      },
      `${resume.toFixed(2)} s`,
      'at most 1 s',
    );
  } finally {
    service.close();
    meter.dispose();
  }
}

/** The difference between the large and the small run, as a median. */
async function compare(
  measure: (state: string) => Promise<number>,
  { few, many }: { readonly few: string; readonly many: string },
): Promise<number> {
  const differences: number[] = [];
  for (let round = 0; round < REPEATS; round += 1) {
    const base = await measure(few);
    differences.push((await measure(many)) - base);
  }
  return median(differences);
}

async function statusSeconds(meter: ProgramMeter, state: string): Promise<number> {
  const env = { UCBULK_STATE: state };
  const { cpuMicros } = await meter.measure(['status', LARGE_RUN], { cwd: state, env });
  return cpuMicros / 1e6;
}

async function resumeSeconds(service: FirstDelete, state: string): Promise<number> {
  const env = { ...environmentFor(service.origin), UCBULK_STATE: state };
  const arrived = service.next();
  const startedAt = performance.now();
  const program = startProgram(['resume', LARGE_RUN, '--yes'], { cwd: state, env });
  const end = program.ended.then(({ code, stderr }) => {
    throw new Error(`resume ended with ${code}: ${stderr}`);
  });
  await Promise.race([arrived, end]);
  const seconds = (performance.now() - startedAt) / 1000;
  program.process.kill('SIGKILL');
  await end.catch(() => undefined);
  return seconds;
}
