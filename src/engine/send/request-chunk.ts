import type { Item, ItemKey } from '../../core/item.ts';
import type { Outcome } from '../../core/outcome.ts';
import type {
  IntentPermit,
  Operation,
  Started,
  TransferNotes,
  TransferPermit,
} from '../../operations/operation.ts';

/** The answers to one request, by the key of the item. */
export type ChunkAnswers = ReadonlyMap<ItemKey, Outcome | Started>;

/** Dependencies of one request. */
interface ChunkPermit extends IntentPermit, Omit<TransferPermit, 'notes'> {
  readonly notesOf: (item: Item) => TransferNotes;
  /** The id of the request's attempt in the ledger; null or absent if there is none. Workers send it with late answers. */
  readonly attemptId?: () => number | null;
}

/** Maximum number of items in one request of the operation. */
export function chunkSize(operation: Operation): number {
  switch (operation.shape) {
    case 'batch':
      return operation.chunkSize;
    case 'remote':
      return operation.startSize;
    case 'each':
    case 'transfer':
      return 1;
  }
}

/** Sends one request for the items. Only this function distinguishes the kinds of operations. */
export async function requestChunk(
  operation: Operation,
  items: readonly Item[],
  permit: ChunkPermit,
): Promise<ChunkAnswers> {
  switch (operation.shape) {
    case 'batch':
      return operation.runChunk(items, permit);
    case 'remote':
      return operation.start(items, permit);
    case 'each':
      return answerForOne(items, (item) => operation.runItem(item, permit));
    case 'transfer':
      return answerForOne(items, (item) => {
        return operation.transferItem(item, { ...permit, notes: permit.notesOf(item) });
      });
  }
}

async function answerForOne(
  items: readonly Item[],
  run: (item: Item) => Promise<Outcome>,
): Promise<ChunkAnswers> {
  const [item, ...others] = items;
  if (item === undefined || others.length > 0) throw new Error('Expected one item at a time');
  return new Map([[item.key, await run(item)]]);
}
