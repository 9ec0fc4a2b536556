import * as z from 'zod';
import type { FileUuid } from '../core/file-uuid.ts';
import type { JsonObject } from '../core/json.ts';
import type { ApiRequest, Send, SendPermit } from '../transport/send.ts';
import { nullIfMissing } from './null-if-missing.ts';
import { checkAnswer } from './wire/check-answer.ts';

/** A change of the tags of a file. The service first deletes tags, then adds tags. */
interface TagChange {
  readonly add?: readonly string[];
  readonly delete?: readonly string[];
}

/** The tags of the file after a change, and the tags that the change added and deleted. */
interface TagsAnswer {
  readonly tags: readonly string[];
  readonly added: readonly string[];
  readonly deleted: readonly string[];
}

/**
 * The endpoint `/files/{uuid}/tags/` (docs/uploadcare-api.md 5). A file has at most 50 tags of at most 100
 * characters.
 */
export interface TagsApi {
  /** Returns null if the project does not contain the file, or if the file was removed. */
  get(uuid: FileUuid, signal: AbortSignal): Promise<readonly string[] | null>;
  /** Replaces all tags of the file. An empty list removes all tags. */
  put(uuid: FileUuid, tags: readonly string[], permit: SendPermit): Promise<TagsAnswer>;
  patch(uuid: FileUuid, change: TagChange, permit: SendPermit): Promise<TagsAnswer>;
}

const texts = z.array(z.string());
const tagsAnswer = z
  .object({ tags: texts, added: texts.nullish(), deleted: texts.nullish() })
  .transform(
    ({ tags, added, deleted }): TagsAnswer => ({
      tags,
      added: added ?? [],
      deleted: deleted ?? [],
    }),
  );

export function createTagsApi(send: Send): TagsApi {
  return {
    async get(uuid, signal) {
      const request = { method: 'GET', target: tagsTarget(uuid), mutates: false, signal } as const;
      const response = await nullIfMissing(send(request));
      return response === null ? null : checkAnswer(tagsAnswer, request, response).tags;
    },
    put: (uuid, tags, permit) =>
      change(send, { method: 'PUT', uuid, body: { tags: [...tags] } }, permit),
    patch: (uuid, { add, delete: remove }, permit) => {
      const body: JsonObject = {
        ...(add === undefined ? {} : { add: [...add] }),
        ...(remove === undefined ? {} : { delete: [...remove] }),
      };
      return change(send, { method: 'PATCH', uuid, body }, permit);
    },
  };
}

interface Change {
  readonly method: 'PUT' | 'PATCH';
  readonly uuid: FileUuid;
  readonly body: JsonObject;
}

async function change(
  send: Send,
  { method, uuid, body }: Change,
  permit: SendPermit,
): Promise<TagsAnswer> {
  const target = tagsTarget(uuid);
  const request: ApiRequest = { method, target, body, mutates: true, ...permit };
  return checkAnswer(tagsAnswer, request, await send(request));
}

function tagsTarget(uuid: FileUuid): string {
  return `/files/${uuid}/tags/`;
}
