import { expect, test } from 'vitest';
import { Latency } from '../../../src/transport/latency.ts';

function answered(latency: Latency, ms: number, count: number): void {
  for (let request = 0; request < count; request += 1) {
    latency.sent(0);
    latency.ended(0, ms);
  }
}

test('it follows the answers', () => {
  const latency = new Latency();
  answered(latency, 300, 200);
  expect(latency.answeredMs).toBeCloseTo(300, 0);
  expect(latency.expectedMs(0)).toBeCloseTo(300, 0);
  answered(latency, 20, 200);
  expect(latency.answeredMs).toBeCloseTo(20, 0);
});

test('requests without an answer count with their age', () => {
  const latency = new Latency();
  answered(latency, 50, 200);
  for (let request = 0; request < 8; request += 1) latency.sent(1000);
  expect(latency.expectedMs(1010)).toBeCloseTo(50, 0);
  expect(latency.expectedMs(11_000)).toBe(10_000);
  for (let request = 0; request < 8; request += 1) latency.ended(1000, 12_000);
  expect(latency.expectedMs(99_000)).toBe(latency.answeredMs);
});
