import { expect, test } from 'vitest';
import { listRuns, readItems } from '../../src/state/read-runs.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { openShell } from '../support/run-cli.ts';
import { between, seededRandom } from '../support/seeded-random.ts';

const OBJECTS = 50_000;
const KILLS = 50;
/** The longest time from the first page of a process to its kill, ms. */
const LATEST_MS = 60;

test('50 kills with -9 while a bucket of 50,000 objects is listed: none is lost, none doubled', async () => {
  const random = seededRandom(1);
  const shell = await openShell({ buckets: { shop: { objects: { count: OBJECTS } } } });
  const { buckets } = shell.emulator;
  const { accessKeyId, secretAccessKey } = buckets.accessKey;
  const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const bucket = `{ url: "s3://shop/", endpoint: "${shell.origin}/s3" }`;
  // The condition holds for no item, so that the run only lists.
  const step = `{ uses: import-url, if: 'item.key == ""' }`;
  shell.write(
    'list.yaml',
    `version: 1\nname: list\nsource: { bucket: ${bucket} }\nsteps: [${step}]\n`,
  );
  let kills = 0;
  let args = ['run', 'list.yaml', '--quiet'];
  for (;;) {
    const before = buckets.requestCounts().list;
    const life = shell.start(args, { env });
    const delay = between(random, 0, LATEST_MS);
    const watch = setInterval(() => {
      if (kills >= KILLS || buckets.requestCounts().list === before) return;
      clearInterval(watch);
      setTimeout(() => life.process.kill('SIGKILL'), delay);
    }, 1);
    const end = await life.ended.finally(() => clearInterval(watch));
    if (end.signal !== 'SIGKILL') {
      expect(end.code, end.stderr).toBe(0);
      break;
    }
    kills += 1;
    args = ['resume', 'latest', '--quiet'];
  }
  expect(kills).toBe(KILLS);
  const world = createSystemWorld();
  const [run] = await listRuns(shell.state, world);
  await world.close();
  const keys = [...readItems(shell.state, run!.run, {})].map(({ key }) => key);
  const objects = [...buckets.list('shop')].map(({ key }) => key);
  expect(keys).toHaveLength(OBJECTS);
  expect(keys.every((key, place) => key === objects[place])).toBe(true);
});
