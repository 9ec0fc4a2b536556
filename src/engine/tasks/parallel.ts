/**
 * Like `Promise.all`, but if a promise fails, it waits for all others before it rejects. So no work continues
 * in the background.
 */
export async function settleAll<Value>(works: readonly Promise<Value>[]): Promise<Value[]> {
  const ends = await Promise.allSettled(works);
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

/**
 * Runs `work` for each item, at most `atOnce` at a time. After the first failure it starts no more work and
 * rejects.
 */
export async function inParallel<Item>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]();
  let hasFailed = false;
  const worker = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true && !hasFailed; next = left.next()) {
      await work(next.value).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, atOnce) }, worker));
}
