import { ClassifiedError } from '../../../src/core/failure.ts';
import type { Item } from '../../../src/core/item.ts';
import type { CallPermit } from '../../../src/fleet/remote-operation.ts';

/** The project of a worker. */
export const CONNECTION = {
  publicKey: 'demopublickey',
  secretKey: 'demosecretkey',
  restOrigin: 'https://service.test',
  auth: 'signed',
} as const;

/** An item with a position only. */
export function item(seq: number): Item {
  return {
    seq,
    key: `key-${seq}`,
    attempts: 0,
    openSends: 0,
    sentAt: null,
    file: null,
    details: null,
  };
}

/** A permit whose intents are recorded when `commit` is called. */
export function slowPermit() {
  const commits: (() => void)[] = [];
  let asked = 0;
  const permit: CallPermit = {
    signal: new AbortController().signal,
    beforeSend: () => {
      asked += 1;
      return new Promise((resolve) => commits.push(resolve));
    },
    keepBaseline: () => undefined,
  };
  return { permit, commits, asked: () => asked };
}

/** A permit that records an intent at once. */
export function quickPermit(): CallPermit {
  return { signal: new AbortController().signal, beforeSend: async () => undefined };
}

/** Lets everything run that is ready. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** The failure with which a promise rejects. */
export async function failureOf(promise: Promise<unknown>): Promise<ClassifiedError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ClassifiedError) return error;
  throw new Error(`Not a failure: ${String(error)}`);
}
