import { canceled } from '../core/failure.ts';

/** The requests that wait at the gate (the rate limiter), in the order in which they came. */
export interface SlotQueue {
  readonly size: number;
  wait(signal: AbortSignal): Promise<void>;
  /** Lets the next waiting request be sent; does nothing if none waits. */
  grant(): void;
  /** Rejects all waiting requests with this error. */
  fail(error: unknown): void;
  /** Rejects all waiting requests and all later ones. */
  close(): void;
}

interface Waiter {
  go(): void;
  leave(): void;
  fail(error: unknown): void;
}

/**
 * Creates a queue. If the signal of a waiting request aborts, the queue removes this request at once, and
 * does not use a slot for it.
 */
export function createSlotQueue(): SlotQueue {
  const waiters = new Set<Waiter>(); // keeps the order of arrival, and removes a waiter in O(1)
  let isClosed = false;
  return {
    get size() {
      return waiters.size;
    },
    wait(signal) {
      if (signal.aborted || isClosed) return Promise.reject(canceled());
      return new Promise((resolve, reject) => {
        const end = (settle: () => void) => {
          waiters.delete(waiter);
          signal.removeEventListener('abort', waiter.leave);
          settle();
        };
        const waiter: Waiter = {
          go: () => end(resolve),
          leave: () => end(() => reject(canceled())),
          fail: (error) => end(() => reject(error)),
        };
        signal.addEventListener('abort', waiter.leave);
        waiters.add(waiter);
      });
    },
    grant() {
      const [first] = waiters;
      first?.go();
    },
    fail(error) {
      for (const waiter of [...waiters]) waiter.fail(error);
    },
    close() {
      isClosed = true;
      for (const waiter of [...waiters]) waiter.leave();
    },
  };
}
