import { expect, test } from 'vitest';
import { ByteBudget } from '../../../src/operations/byte-budget.ts';

test('work runs in order, together only as far as its bytes fit, and alone if it is larger', async () => {
  const budget = new ByteBudget(10);
  const running = new Map<number, number>();
  const started: number[] = [];
  let peak = 0;
  const work = (id: number, bytes: number) =>
    budget.use(bytes, async () => {
      started.push(id);
      running.set(id, bytes);
      const sum = [...running.values()].reduce((total, one) => total + one, 0);
      if (running.size > 1) peak = Math.max(peak, sum);
      await Promise.resolve();
      await Promise.resolve();
      running.delete(id);
    });
  await Promise.all([4, 4, 4, 25, 1, 10, 3].map((bytes, id) => work(id, bytes)));
  expect(started).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(peak).toBe(8);
});

test('a failure gives its bytes back', async () => {
  const budget = new ByteBudget(1);
  const failing = budget.use(1, async () => Promise.reject(new Error('no')));
  const next = budget.use(1, async () => 'done');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('done');
});
