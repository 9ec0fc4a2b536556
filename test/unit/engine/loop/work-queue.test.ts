import { expect, test } from 'vitest';
import { WorkQueue } from '../../../../src/engine/loop/work-queue.ts';

/** A queue, and work that ends when it is told to. */
function setup(first: number) {
  let concurrency = first;
  let rooms = 0;
  const queue = new WorkQueue(
    () => concurrency,
    () => {
      rooms += 1;
    },
  );
  const started: number[] = [];
  const ends = new Map<number, () => void>();
  const add = (name: number, priority = 0) =>
    void queue.run(async () => {
      started.push(name);
      await new Promise<void>((resolve) => void ends.set(name, resolve));
    }, priority);
  const end = async (name: number) => {
    ends.get(name)?.();
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const change = (to: number) => {
    concurrency = to;
  };
  return { queue, add, end, change, started, rooms: () => rooms };
}

test.each([
  [8, 16],
  [600, 256],
])('with %d requests in flight, at most %d groups are claimed', (concurrency, groups) => {
  expect(setup(concurrency).queue.mostWindows).toBe(groups);
});

test('a larger concurrency lets more work begin, and says that there is room', async () => {
  const { add, end, change, queue, started, rooms } = setup(2);
  for (let name = 1; name <= 8; name += 1) add(name);
  await end(0);
  expect(started).toEqual([1, 2]);
  expect(queue.hasRoom(0)).toBe(false);
  change(5);
  const before = rooms();
  await end(1);
  expect(started).toEqual([1, 2, 3, 4, 5, 6]);
  expect(queue.mostWindows).toBe(10);
  expect(queue.hasRoom(0)).toBe(true);
  expect(rooms()).toBeGreaterThan(before);
});

test('a smaller concurrency stops nothing that has begun, and begins less', async () => {
  const { add, end, change, started } = setup(4);
  for (let name = 1; name <= 8; name += 1) add(name);
  await end(0);
  expect(started).toEqual([1, 2, 3, 4]);
  change(1);
  await end(1); // work 5 begins, and with it the change
  for (const name of [2, 3, 4]) await end(name);
  expect(started).toEqual([1, 2, 3, 4, 5]);
  await end(5);
  expect(started).toEqual([1, 2, 3, 4, 5, 6]);
});
