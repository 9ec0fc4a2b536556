import type { Item } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import type { ChunkAnswers } from '../engine/send/request-chunk.ts';
import type {
  BatchOutcomes,
  IntentPermit,
  Operation,
  TransferNotes,
} from '../operations/operation.ts';
import type { SendPermit } from '../transport/send.ts';

/** The permit of a call. An operation that uploads also has `notes`. */
export type CallPermit = SendPermit &
  Partial<Pick<IntentPermit, 'keepBaseline'>> & {
    readonly notes?: TransferNotes;
    readonly attemptId?: () => number | null;
  };

/** Lets a worker make a request for these items. Rejects with a `ClassifiedError`. */
export type Dispatch = (items: readonly Item[], permit: CallPermit) => Promise<ChunkAnswers>;

/**
 * Returns an operation with the same traits, whose requests are made by workers. Its polls and probes stay in this
 * process.
 */
export function remoteOperation(operation: Operation, dispatch: Dispatch): Operation {
  const dispatchOne = async (item: Item, permit: CallPermit): Promise<Outcome> => {
    const answer = (await dispatch([item], permit)).get(item.key);
    if (answer === undefined || answer.kind === 'started') throw foreignAnswer(operation);
    return answer;
  };
  switch (operation.shape) {
    case 'batch':
      return {
        ...operation,
        runChunk: async (items, permit) => onlyOutcomes(await dispatch(items, permit), operation),
      };
    case 'each':
      return { ...operation, runItem: dispatchOne };
    case 'transfer':
      return { ...operation, transferItem: dispatchOne };
    case 'remote':
      return { ...operation, start: dispatch };
  }
}

function onlyOutcomes(answers: ChunkAnswers, operation: Operation): BatchOutcomes {
  return new Map(
    [...answers].map(([key, answer]) => {
      if (answer.kind === 'started') throw foreignAnswer(operation);
      return [key, answer] as const;
    }),
  );
}

function foreignAnswer({ kind }: Operation): Error {
  return new Error(`A worker returned an answer that ${kind} can't have`);
}
