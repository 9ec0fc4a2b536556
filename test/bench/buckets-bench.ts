import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentFor, startEmulator } from '../support/spawn-program.ts';
import type { BenchReport } from './bench-report.ts';
import { createProgramMeter } from './cpu/measure-program.ts';

const PAGE = 1000;
const MOST_MEGABYTES = 200;
const BUCKET = 'shop-media';
const ENV = {
  AWS_ACCESS_KEY_ID: 'EMULATORACCESSKEYID0',
  AWS_SECRET_ACCESS_KEY: 'emulator-secret-access-key',
};

interface Listed {
  readonly requests: number;
  readonly cpuMicros: number;
  readonly megabytes: number;
}

/** `ucbulk run` that lists so many objects of a bucket into its ledger: requests, CPU an object and peak memory. */
export async function benchBuckets(
  { objects }: { readonly objects: number },
  report: BenchReport,
): Promise<void> {
  report.say('| objects | requests | CPU an object | of it the plan | peak memory (VmHWM) | |');
  report.say('|---|---|---|---|---|---|');
  const none = await measure(0, 'plan');
  for (const count of [Math.min(objects, 50_000), objects]) {
    const planned = await measure(count, 'plan');
    const listed = await measure(count, 'run');
    const micros = (one: Listed) => (one.cpuMicros - none.cpuMicros) / count;
    const name = `buckets: listing of ${count} objects`;
    const reached = [
      report.add({
        name: `${name}: requests`,
        unit: '',
        value: listed.requests,
        goal: { atMost: Math.ceil(count / PAGE) },
      }),
      report.add({
        name: `${name}: peak memory`,
        unit: 'MB',
        value: listed.megabytes,
        goal: { atMost: MOST_MEGABYTES },
      }),
    ];
    report.add({ name: `${name}: CPU an object`, unit: 'µs', value: micros(listed) });
    const cells = [
      count,
      listed.requests,
      `${micros(listed).toFixed(0)} µs`,
      `${micros(planned).toFixed(0)} µs`,
      `${listed.megabytes.toFixed(0)} MB`,
      reached.includes(false) ? 'MISSED' : '',
    ];
    report.say(`| ${cells.join(' | ')} |`);
  }
}

/** Lists the bucket. A run also writes the items and stops after the listing, because its only step asks for no item. */
async function measure(count: number, command: 'plan' | 'run'): Promise<Listed> {
  const meter = createProgramMeter();
  const emulator = await startEmulator({
    files: 0,
    buckets: { [BUCKET]: count === 0 ? {} : { objects: { count } } },
  });
  try {
    const cwd = meter.folder();
    const endpoint = `${emulator.origin}/s3`;
    const source = { bucket: { url: `s3://${BUCKET}/`, endpoint, region: 'us-east-1' } };
    const steps = [{ uses: 'import-url', if: 'false' }];
    const job = { version: 1, name: 'bench-buckets', source, steps };
    writeFileSync(join(cwd, 'job.json'), JSON.stringify(job));
    const env = {
      ...environmentFor(emulator.origin),
      ...ENV,
      UCBULK_STATE: join(cwd, 'state'),
    };
    const args = command === 'plan' ? ['plan', 'job.json'] : ['run', 'job.json', '--yes'];
    const { cpuMicros, peakBytes } = await meter.measure([...args, '--quiet'], { cwd, env });
    const { requests } = (await emulator.ask('s3')) as { requests: { list: number } };
    return { requests: requests.list, cpuMicros, megabytes: peakBytes / 1e6 };
  } finally {
    emulator.stop();
    meter.dispose();
  }
}
