import { expect, test } from 'vitest';
import type { Fault } from '../../../../src/emulator/emulator.ts';
import { setup, targetOf, type WireFile } from '../emulator-caller.ts';

type What = Extract<Fault, { kind: 'distort' }>['what'];

interface Batch {
  result: WireFile[];
  problems: Record<string, string>;
}

function bundle(what: What, times = 1) {
  const parts = setup({ files: 10, storedShare: 0 });
  parts.emulator.faults.add({ fault: { kind: 'distort', what }, times });
  const uuids = Array.from({ length: 5 }, (_, place) => {
    return parts.emulator.projects[0]?.seededFile(place).uuid ?? '';
  });
  const batch = () => parts.json<Batch>('/files/storage/', { method: 'PUT', body: uuids });
  const list = (target = '/files/?limit=3') => parts.page(target);
  const walk = () => {
    const seen: string[] = [];
    let target: string | null = '/files/?limit=3';
    for (let pages = 0; target !== null && pages < 20; pages += 1) {
      const page = list(target);
      seen.push(...page.results.map((file) => file.uuid));
      target = page.next === null ? null : targetOf(page.next);
    }
    return seen;
  };
  return { ...parts, uuids, batch, list, walk };
}

test('counters may be wrong as they were once recorded', () => {
  expect(bundle('wrong-totals').list()).toMatchObject({
    total: 0,
    totals: { stored: -32_094 },
    results: { length: 3 },
  });
});

test('a batch answer may be shuffled, have a file twice, lack one or have a stranger', () => {
  const resultOf = (what: What) => {
    const { batch, uuids, emulator } = bundle(what);
    const result = batch().result.map((file) => file.uuid);
    // The effect is that of the true answer.
    expect(emulator.projects[0]?.counts().stored).toBe(5);
    return { result, uuids };
  };
  const shuffled = resultOf('shuffled');
  expect(shuffled.result).not.toEqual(shuffled.uuids);
  expect([...shuffled.result].sort()).toEqual([...shuffled.uuids].sort());
  const twice = resultOf('duplicated');
  expect([twice.result.length, new Set(twice.result).size]).toEqual([6, 5]);
  const missing = resultOf('missing');
  expect(missing.result).toEqual(missing.uuids.slice(1));
  const foreign = resultOf('foreign');
  expect(foreign.result.filter((uuid) => !foreign.uuids.includes(uuid))).toHaveLength(1);
});

test('a file that was changed may be told of as a problem', () => {
  const { batch, uuids, emulator } = bundle('as-problems');
  const { result, problems } = batch();
  expect(result).toHaveLength(4);
  expect(problems).toEqual({ [uuids[0] ?? '']: 'Missing in the project' });
  expect(emulator.projects[0]?.counts().stored).toBe(5);
});

test('a page may come twice, or for ever, or be left out', () => {
  const twice = bundle('repeated-page').walk();
  expect([twice.length, new Set(twice).size]).toEqual([13, 10]);
  expect(new Set(bundle('repeated-page', 100).walk()).size).toBe(3);
  const missing = bundle('skipped-page').walk();
  expect([missing.length, new Set(missing).size]).toEqual([7, 7]);
});

test('`next` may lead to another origin', () => {
  expect(bundle('other-origin').list().next).toMatch(
    /^https:\/\/api\.example\.com\/files\/\?limit=3&from=/,
  );
});

test('objects may have fields nobody knows', () => {
  const page = bundle('extra-fields').list();
  expect(page).toHaveProperty('unexpected');
  expect(page.results[0]).toHaveProperty('unexpected');
});

test('what is neither page nor batch stays as it is', () => {
  const { json, uuids } = bundle('wrong-totals');
  expect(json(`/files/${uuids[0]}/`)).toMatchObject({ uuid: uuids[0] });
});
