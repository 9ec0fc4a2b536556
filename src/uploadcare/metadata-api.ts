import { z } from 'zod';
import { ClassifiedError } from '../core/failure.ts';
import type { FileUuid } from '../core/file-uuid.ts';
import type { ApiRequest, Send, SendPermit } from '../transport/send.ts';
import { orMissing } from './or-missing.ts';
import { checkAnswer } from './wire/check-answer.ts';

/** One key of one file's metadata. */
interface MetadataPlace {
  readonly uuid: FileUuid;
  /** 1 to 64 of `A-Za-z0-9_.:-`. */
  readonly key: string;
}

/** `/files/{uuid}/metadata/` (api 4). Reads may lag some 2 s behind writes. */
export interface MetadataApi {
  /** null where the project has no such file. */
  all(uuid: FileUuid, signal: AbortSignal): Promise<Readonly<Record<string, string>> | null>;
  /** null where the file has no such key, or the project no such file. */
  get(place: MetadataPlace, signal: AbortSignal): Promise<string | null>;
  /** Sets or replaces; 1 to 512 characters. `created` is false where the key was there. */
  set(place: MetadataPlace, value: string, permit: SendPermit): Promise<{ created: boolean }>;
  /** `existed` is false where there was nothing to delete. */
  remove(place: MetadataPlace, permit: SendPermit): Promise<{ existed: boolean }>;
}

const KEY = /^[A-Za-z0-9_.:-]{1,64}$/;
const allMetadata = z.record(z.string(), z.string());
const oneValue = z.string();

/** The metadata endpoints over one transport. */
export function createMetadataApi(send: Send): MetadataApi {
  return {
    async all(uuid, signal) {
      const request = readOf(`/files/${uuid}/metadata/`, signal);
      const response = await orMissing(send(request));
      return response === null ? null : checkAnswer(allMetadata, request, response);
    },
    async get(place, signal) {
      const request = readOf(targetOf(place), signal);
      const response = await orMissing(send(request));
      return response === null ? null : checkAnswer(oneValue, request, response);
    },
    async set(place, value, permit) {
      const request = { ...changeOf('PUT', place, permit), body: value };
      const { status } = await send(request);
      return { created: status === 201 };
    },
    async remove(place, permit) {
      const response = await orMissing(send(changeOf('DELETE', place, permit)));
      return { existed: response !== null };
    },
  };
}

function readOf(target: string, signal: AbortSignal): ApiRequest {
  return { method: 'GET', target, mutates: false, lane: 'probe', signal };
}

function changeOf(method: 'PUT' | 'DELETE', place: MetadataPlace, permit: SendPermit): ApiRequest {
  return { method, target: targetOf(place), mutates: true, lane: 'mutate', ...permit };
}

/** `.` and `..` would lead to the file itself: a path is made of allowed keys only. */
function targetOf({ uuid, key }: MetadataPlace): string {
  if (KEY.test(key) && !/^\.{1,2}$/.test(key)) return `/files/${uuid}/metadata/${key}/`;
  throw new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'bad_metadata_key',
    message: `Not a metadata key: ${JSON.stringify(key.slice(0, 80))}; expected 1 to 64 of A-Z a-z 0-9 _ . : -`,
  });
}
