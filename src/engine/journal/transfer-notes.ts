import { ClassifiedError } from '../../core/failure.ts';
import type { Item } from '../../core/item.ts';
import type { JsonObject } from '../../core/json.ts';
import type { CrashHook } from '../../core/world.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { TransferNotes } from '../../operations/operation.ts';

/** Access to the progress of an item's upload, which is stored in the ledger. */
export function transferNotes(
  { item: { seq }, step }: { readonly item: Item; readonly step: number },
  { ledger, crash }: { readonly ledger: Ledger; readonly crash: CrashHook },
): TransferNotes {
  const note = async (write: () => void): Promise<void> => {
    await ledger.write(write, 'record');
    await crash('transfer-noted');
  };
  return {
    read: () => ledger.transfers.find(seq),
    async begin(session) {
      let isTaken = false;
      await note(() => {
        isTaken = !takeUpload(session, { item: seq, step }, ledger);
        if (!isTaken) ledger.transfers.begin(seq, session);
      });
      if (isTaken) throw uploadOfAnother(String(session['uuid']));
    },
    addPart: (part, checksum) => note(() => ledger.transfers.addPart(seq, part, checksum)),
    forget: () => note(() => ledger.transfers.end(seq)),
    keepAnswer: (answer) => note(() => ledger.transfers.keepAnswer(seq, answer)),
    readAnswer: () => ledger.transfers.answer(seq),
  };
}

/**
 * Records that an upload belongs to this item. Returns false if it already belongs to another item, because
 * the parts of two files would then be mixed.
 */
function takeUpload(
  { uuid }: JsonObject,
  owner: { readonly item: number; readonly step: number },
  { answers }: Ledger,
): boolean {
  if (typeof uuid !== 'string') return true;
  const name = { space: 'file', id: uuid };
  const other = answers.owner(name);
  if (other !== null && (other.item !== owner.item || other.step !== owner.step)) return false;
  answers.take(name, { ...owner, work: null });
  return true;
}

/**
 * The failure of an item if the service answered with the id of another item's upload. ucbulk has sent no
 * part yet, so it starts a new upload. This uses up one attempt.
 */
function uploadOfAnother(uuid: string): ClassifiedError {
  return new ClassifiedError({
    kind: 'transient',
    effect: 'none',
    code: 'answer_of_another',
    status: 200,
    message: `The service answered with upload ${uuid}, which another file of this run has already`,
  });
}
