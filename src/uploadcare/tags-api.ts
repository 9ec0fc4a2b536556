import { z } from 'zod';
import type { FileUuid } from '../core/file-uuid.ts';
import type { JsonObject } from '../core/json.ts';
import type { ApiRequest, Send, SendPermit } from '../transport/send.ts';
import { orMissing } from './or-missing.ts';
import { checkAnswer } from './wire/check-answer.ts';

/** A change of a file's tags; what is deleted goes first. */
interface TagChange {
  readonly add?: readonly string[];
  readonly delete?: readonly string[];
}

/** The tags after a change, and what it did. */
interface TagsAnswer {
  readonly tags: readonly string[];
  readonly added: readonly string[];
  readonly deleted: readonly string[];
}

/** `/files/{uuid}/tags/` (api 5): at most 50 tags of at most 100 characters. */
export interface TagsApi {
  /** null where the project has no such file, or it is removed. */
  get(uuid: FileUuid, signal: AbortSignal): Promise<readonly string[] | null>;
  /** Sets exactly these; none clears. */
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

/** The tag endpoints over one transport. */
export function createTagsApi(send: Send): TagsApi {
  return {
    async get(uuid, signal) {
      const request = { method: 'GET', target: targetOf(uuid), mutates: false, signal } as const;
      const response = await orMissing(send({ ...request, lane: 'probe' }));
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
  const target = targetOf(uuid);
  const request: ApiRequest = { method, target, body, mutates: true, lane: 'mutate', ...permit };
  return checkAnswer(tagsAnswer, request, await send(request));
}

function targetOf(uuid: FileUuid): string {
  return `/files/${uuid}/tags/`;
}
