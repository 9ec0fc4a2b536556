/** Like `Promise.all`, but waits for every one before it fails: nothing goes on behind a failure's back. */
export async function settleAll<Value>(works: readonly Promise<Value>[]): Promise<Value[]> {
  const ends = await Promise.allSettled(works);
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}
