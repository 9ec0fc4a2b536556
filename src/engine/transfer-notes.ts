import type { Item } from '../core/item.ts';
import type { CrashHook } from '../core/world.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { TransferNotes } from '../operations/operation.ts';

/** The notes of an item's transfer, in the ledger. */
export function transferNotes(
  { seq }: Item,
  { ledger, crash }: { readonly ledger: Ledger; readonly crash: CrashHook },
): TransferNotes {
  const note = async (write: () => void): Promise<void> => {
    await ledger.write(write, 'record');
    await crash('transfer-noted');
  };
  return {
    read: () => ledger.transfers.find(seq),
    begin: (session) => note(() => ledger.transfers.begin(seq, session)),
    addPart: (part, checksum) => note(() => ledger.transfers.addPart(seq, part, checksum)),
    forget: () => note(() => ledger.transfers.end(seq)),
  };
}
