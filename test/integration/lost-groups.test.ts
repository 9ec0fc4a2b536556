// Tests src/engine/send/probe-open-sends.ts.

import { expect, test } from 'vitest';
import { alive, type RunBench, runBench } from '../support/run-bench.ts';
import type { NetworkFault } from '../support/simulated-network.ts';

const STEPS = [{ uses: 'create-group', with: { size: 3 } }];

/** Files in the order of the selection, in the sources' own words. */
function prepare(bench: RunBench, count: number): string[] {
  return Array.from({ length: count }, () => bench.emulator.projects[0]!.addFile({}).uuid);
}

/** Somebody else makes a group of these. */
function makeGroup(bench: RunBench, members: readonly string[]): string {
  const fields = members.map((member, place): [string, string] => [`files[${place}]`, member]);
  const answer = bench.emulator.handle({
    method: 'POST',
    target: '/group/',
    headers: { host: 'service.test', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams([
      ['pub_key', bench.emulator.projects[0]!.publicKey],
      ...fields,
    ]).toString(),
  });
  if (answer.status !== 200) throw new Error(`No group was made: ${answer.body}`);
  return (JSON.parse(String(answer.body)) as { id: string }).id;
}

/** The answer to the first request for a group is lost; right after it somebody makes groups too. */
function loseFirst(bench: RunBench, fault: NetworkFault, others: () => void): void {
  let isDue = true;
  bench.fault = ({ method, target }) => {
    if (!isDue || method !== 'POST' || !target.startsWith('/group/')) return null;
    isDue = false;
    void bench.clock.sleep(1000).then(others);
    return fault;
  };
}

function groupsOf(bench: RunBench, run: string): unknown[] {
  return bench.items(run as never).map(({ result }) => result?.['group']);
}

test('groups of others that have a file of ours, or all in another order, do not pass for ours', async () => {
  const bench = runBench();
  const files = prepare(bench, 3);
  const [a = '', b = '', c = ''] = files;
  const foreign: string[] = [];
  loseFirst(bench, 'reset-before-effect', () => {
    for (const members of [[a], [c, b, a], [a, `${b}/-/resize/x600/`, c], [a, b, c, c]]) {
      foreign.push(makeGroup(bench, members));
    }
  });

  const end = await alive(bench.start({ source: { inline: files }, steps: STEPS }));

  expect(foreign).toHaveLength(4);
  expect(end.counts.done).toBe(3);
  const [group, ...others] = new Set(groupsOf(bench, end.run));
  expect(others).toEqual([]);
  expect(foreign).not.toContain(group);
  expect(bench.effects('group_create').changed).toBe(5);
});

test('a group that was made is found among those of others, by one look for all of its files', async () => {
  const bench = runBench();
  const files = prepare(bench, 3);
  const [a = '', b = '', c = ''] = files;
  const foreign: string[] = [];
  loseFirst(bench, 'reset-after-effect', () => {
    for (const members of [[a], [b, a, c]]) foreign.push(makeGroup(bench, members));
  });

  const end = await alive(bench.start({ source: { inline: files }, steps: STEPS }));

  const [group, ...others] = new Set(groupsOf(bench, end.run));
  expect(others).toEqual([]);
  expect(foreign).not.toContain(group);
  expect(bench.effects('group_create').changed).toBe(3);
  expect(bench.sent.filter(({ target }) => target.startsWith('/groups/?'))).toHaveLength(1);
});

test('an equal group of an earlier run is not ours: another is made', async () => {
  const bench = runBench();
  const files = prepare(bench, 3);
  const old = makeGroup(bench, files);
  bench.clock.suspend(60_000, 'goes on');
  loseFirst(bench, 'reset-before-effect', () => undefined);

  const end = await alive(bench.start({ source: { inline: files }, steps: STEPS }));

  expect(end.counts.done).toBe(3);
  expect(groupsOf(bench, end.run)).not.toContain(old);
  expect(bench.effects('group_create').changed).toBe(2);
});

test('what was not made is made again, of the same files in the same order', async () => {
  const bench = runBench();
  const files = prepare(bench, 6);
  loseFirst(bench, 'reset-before-effect', () => undefined);

  const end = await alive(bench.start({ source: { inline: files }, steps: STEPS }));

  expect(end.counts.done).toBe(6);
  const made = bench.emulator.save().projects[0]!.groups!.map((group) => membersOf(group));
  expect(made).toHaveLength(2);
  expect(made).toContainEqual(files.slice(0, 3));
  expect(made).toContainEqual(files.slice(3));
});

test('several that were lost are each made again of their own files, whichever is due first', async () => {
  const bench = runBench();
  const files = prepare(bench, 4);
  // The second group's request is the first whose answer is lost.
  const faults: NetworkFault[] = ['throttled', 'reset-before-effect', 'reset-before-effect'];
  bench.fault = ({ method, target }) => {
    return method === 'POST' && target.startsWith('/group/') ? (faults.shift() ?? null) : null;
  };

  await bench.start({ source: { inline: files }, steps: STEPS }, { death: { afterMs: 60_000 } });
  bench.clock.suspend(3_600_000, 'goes on');
  const end = await alive(bench.resume());

  expect(faults).toEqual([]);
  expect(end.counts.done).toBe(4);
  const made = bench.emulator.save().projects[0]!.groups!.map((group) => membersOf(group));
  expect(made).toHaveLength(2);
  expect(made).toContainEqual(files.slice(0, 3));
  expect(made).toContainEqual(files.slice(3));
});

function membersOf(group: unknown): (string | undefined)[] {
  const { files } = group as { files: readonly ({ uuid: string } | null)[] };
  return files.map((file) => file?.uuid);
}
