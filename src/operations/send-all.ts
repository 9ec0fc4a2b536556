/** Number of parts of a file to send at the same time. Each part is read while it is sent. */
const PARTS_AT_ONCE = 4;

/**
 * Sends parts, several at the same time. After a failure, or if `isOver` returns true, begins no other part. Waits for
 * the parts that are being sent, because they still arrive and must be recorded. Then throws the first failure.
 */
export async function sendAll<Part>(
  parts: Iterable<Part>,
  send: (part: Part) => Promise<void>,
  isOver: () => boolean = () => false,
): Promise<void> {
  const left = [...parts];
  let hasFailed = false;
  const sender = async (): Promise<void> => {
    while (!hasFailed && !isOver()) {
      const part = left.shift();
      if (part === undefined) return;
      await send(part).catch((error: unknown) => {
        hasFailed = true;
        throw error;
      });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: PARTS_AT_ONCE }, sender));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
