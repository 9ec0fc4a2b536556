import { LedgerReader } from './ledger-reader.ts';

/** Opens a ledger, reads from it, and closes it. `read` must not use the reader after it has returned. */
export function withReader<Result>(path: string, read: (reader: LedgerReader) => Result): Result {
  const reader = LedgerReader.open(path);
  try {
    return read(reader);
  } finally {
    reader.close();
  }
}

/** Opens a ledger until `read` has ended. */
export async function withOpenReader<Result>(
  path: string,
  read: (reader: LedgerReader) => Promise<Result>,
): Promise<Result> {
  const reader = LedgerReader.open(path);
  try {
    return await read(reader);
  } finally {
    reader.close();
  }
}

/** Opens a ledger while a generator reads from it, and closes it when nobody reads any further. */
export function* readFromLedger<Value>(
  path: string,
  read: (reader: LedgerReader) => Iterable<Value>,
): Generator<Value> {
  const reader = LedgerReader.open(path);
  try {
    yield* read(reader);
  } finally {
    reader.close();
  }
}
