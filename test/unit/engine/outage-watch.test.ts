import { expect, test } from 'vitest';
import { OutageWatch } from '../../../src/engine/outage-watch.ts';

test('one item that fails again and again is no outage', () => {
  const outage = new OutageWatch();
  for (let time = 0; time < 20; time += 1) outage.failed(7, time * 60_000);
  expect(outage.isOn).toBe(false);
  expect(outage.isHopeless(1e9)).toBe(false);
});

test('three chunks in a row are one, until anything succeeds', () => {
  const outage = new OutageWatch();
  for (const chunk of [1, 101, 201]) outage.failed(chunk, 0);
  expect(outage.isOn).toBe(true);
  outage.succeeded();
  expect(outage.isOn).toBe(false);
});

test('five minutes of it are enough', () => {
  const outage = new OutageWatch();
  for (const chunk of [1, 101, 201]) outage.failed(chunk, 1000);
  expect(outage.isHopeless(300_999)).toBe(false);
  expect(outage.isHopeless(301_000)).toBe(true);
});
