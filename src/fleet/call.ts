import type { ApiVersion } from '../core/api-version.ts';
import { ClassifiedError, type FailureFacts } from '../core/failure.ts';
import type { FileFacts } from '../core/file-facts.ts';
import type { Item, ItemKey } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import { present } from '../core/present.ts';
import type { ChunkAnswers } from '../engine/send/request-chunk.ts';
import type { LateAnswer } from '../engine/send/settle-late.ts';
import type { Step } from '../job/step-schemas.ts';
import type { Started } from '../operations/operation.ts';

/** Version of the calls and messages. A coordinator and its workers must have the same version. */
export const FLEET_PROTOCOL = 1;

/** The task of a worker for the coordinator of a run: one request, or the upload of one file. Plain data. */
export interface FleetCall {
  /** The epoch of the coordinator and a number, such as `mhx3k2-17`. */
  readonly id: string;
  readonly run: string;
  readonly apiVersion: ApiVersion;
  /** The step of the job, with its options. */
  readonly step: Step;
  /** The position of the step in the job. */
  readonly stepIndex: number;
  readonly items: readonly Item[];
  /** The stored progress of an upload; null if there is none. */
  readonly kept: SentTransfer | null;
  /** The stored answer to an upload that must still be checked; null if there is none. */
  readonly keptAnswer: JsonObject | null;
}

/** The stored progress of an upload, as plain data. `parts` has pairs of a part's number and its checksum. */
export interface SentTransfer {
  readonly session: JsonObject;
  readonly parts: readonly (readonly [number, string])[];
}

/** The result that a worker returns at the end of a call, as plain data. */
export type CallEnd =
  | { readonly kind: 'answered'; readonly answers: readonly (readonly [ItemKey, SentAnswer])[] }
  | { readonly kind: 'failed'; readonly failure: FailureFacts };

/** The end of a call; see `Ask` for `taking`. */
export interface SentEnd {
  readonly taking: string;
  readonly end: CallEnd;
}

type SentAnswer = (Outcome | Started) & {
  /** The facts of the deleted file; absent if the outcome does not have them. */
  readonly deleted?: FileFacts | null;
};

/** Converts the answers to plain data. */
export function toSentAnswers(answers: ChunkAnswers): CallEnd {
  const sent = [...answers].map(([key, answer]): readonly [ItemKey, SentAnswer] => {
    if (answer.kind !== 'done' || answer.readDeleted === undefined) return [key, answer];
    const { readDeleted, ...rest } = answer;
    return [key, { ...rest, deleted: readDeleted() }];
  });
  return { kind: 'answered', answers: sent };
}

/** Converts plain data back to the answers. */
export function fromSentAnswers(
  sent: Extract<CallEnd, { kind: 'answered' }>['answers'],
): ChunkAnswers {
  return new Map(
    sent.map(([key, { deleted, ...answer }]) => {
      const isDeleted = answer.kind === 'done' && deleted !== undefined;
      return [key, isDeleted ? { ...answer, readDeleted: () => deleted } : answer] as const;
    }),
  );
}

/** Converts the end of a call to the form that the engine needs for late answers. */
export function fromCallEnd(end: CallEnd): LateAnswer['answer'] {
  if (end.kind === 'answered') return { kind: 'answered', answers: fromSentAnswers(end.answers) };
  return { kind: 'failed', failure: fromFailureFacts(end.failure) };
}

/** The properties of a failure that another process needs. Its cause stays in this process. */
export function toFailureFacts(failure: ClassifiedError): FailureFacts {
  const { kind, effect, code, message } = failure;
  const { status, requestId, retryAfterMs, askedWaitMs, fatalCause } = failure;
  return {
    kind,
    effect,
    code,
    message,
    ...present({ status, requestId, retryAfterMs, askedWaitMs, fatalCause }),
  };
}

export function fromFailureFacts(facts: FailureFacts): ClassifiedError {
  return new ClassifiedError(facts);
}
