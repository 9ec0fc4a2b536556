import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Reserve } from '../../../src/ledger/reserve.ts';
import { createConcurrency } from '../../../src/run/adaptive-concurrency.ts';
import { reserveBytes } from '../../../src/state/ledger-reserve.ts';
import { tempDirectory } from '../../support/temp-ledger.ts';

function setup(most = 600) {
  const path = join(tempDirectory(), 'run.reserve');
  const reserve = Reserve.allocate(path, reserveBytes(8));
  let needed = 1;
  const concurrency = createConcurrency({ most, needed: () => needed, reserve });
  const at = (inFlight: number): number => {
    needed = inFlight;
    return concurrency();
  };
  return { at, path, reserve, concurrency };
}

test('half as many requests again as rate × latency are in flight, from 8 to 600', () => {
  const { at } = setup();
  expect(at(0.5)).toBe(8);
  expect(at(6)).toBe(9);
  expect(at(60)).toBe(90);
  expect(at(4000)).toBe(600);
  expect(at(0.5)).toBe(8);
});

test("the user's maximum holds, also below 8", () => {
  expect(setup(20).at(60)).toBe(20);
  expect(setup(3).at(60)).toBe(3);
  expect(setup(3).at(0.1)).toBe(3);
});

test('the reserve has room for the answers of all requests in flight', () => {
  const { at, path } = setup();
  at(60);
  expect(statSync(path).size).toBe(reserveBytes(90));
  at(1);
  expect(statSync(path).size).toBe(reserveBytes(90));
});

test('a disk without room for a larger reserve: no more requests than its answers have room', () => {
  const { at, path, reserve } = setup();
  reserve.growTo = () => false;
  expect(at(60)).toBe(8);
  expect(existsSync(path)).toBe(true);
});

test('a plan records nothing, so it needs no reserve', () => {
  expect(createConcurrency({ most: 600, needed: () => 60 })()).toBe(90);
});
