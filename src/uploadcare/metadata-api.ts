import * as z from 'zod';
import { ClassifiedError } from '../core/failure.ts';
import type { FileUuid } from '../core/file-uuid.ts';
import type { ApiRequest, Send, SendPermit } from '../transport/send.ts';
import { nullIfMissing } from './null-if-missing.ts';
import { checkAnswer } from './wire/check-answer.ts';

/** Identifies one metadata value: a file and a key. */
interface MetadataAddress {
  readonly uuid: FileUuid;
  /** 1 to 64 letters, digits or characters of `_.:-`. */
  readonly key: string;
}

/**
 * The endpoints below `/files/{uuid}/metadata/` (docs/uploadcare-api.md 4). After a change, they may return
 * the old value for about 2 s.
 */
export interface MetadataApi {
  /** Returns all metadata of a file. Returns null if the project does not contain the file. */
  all(uuid: FileUuid, signal: AbortSignal): Promise<Readonly<Record<string, string>> | null>;
  /** Returns a value. Returns null if the file has no such key, or the project does not contain the file. */
  get(address: MetadataAddress, signal: AbortSignal): Promise<string | null>;
  /**
   * Sets or replaces a value, which has 1 to 512 characters. `created` is false if the key existed before.
   */
  set(address: MetadataAddress, value: string, permit: SendPermit): Promise<{ created: boolean }>;
  /** Deletes a key. `existed` is false if the key did not exist. */
  remove(address: MetadataAddress, permit: SendPermit): Promise<{ existed: boolean }>;
}

const KEY = /^[A-Za-z0-9_.:-]{1,64}$/;
const allMetadata = z.record(z.string(), z.string());
const oneValue = z.string();

export function createMetadataApi(send: Send): MetadataApi {
  return {
    async all(uuid, signal) {
      const request = createRead(`/files/${uuid}/metadata/`, signal);
      const response = await nullIfMissing(send(request));
      return response === null ? null : checkAnswer(allMetadata, request, response);
    },
    async get(address, signal) {
      const request = createRead(metadataTarget(address), signal);
      const response = await nullIfMissing(send(request));
      return response === null ? null : checkAnswer(oneValue, request, response);
    },
    async set(address, value, permit) {
      const request = { ...createChange('PUT', address, permit), body: value };
      const { status } = await send(request);
      return { created: status === 201 };
    },
    async remove(address, permit) {
      const response = await nullIfMissing(send(createChange('DELETE', address, permit)));
      return { existed: response !== null };
    },
  };
}

function createRead(target: string, signal: AbortSignal): ApiRequest {
  return { method: 'GET', target, mutates: false, signal };
}

function createChange(
  method: 'PUT' | 'DELETE',
  address: MetadataAddress,
  permit: SendPermit,
): ApiRequest {
  return { method, target: metadataTarget(address), mutates: true, ...permit };
}

/**
 * Returns the path of a key. Throws if the key is not allowed: `.` or `..` would change the path to that of
 * the file itself.
 */
function metadataTarget({ uuid, key }: MetadataAddress): string {
  if (KEY.test(key) && !/^\.{1,2}$/.test(key)) return `/files/${uuid}/metadata/${key}/`;
  throw new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'bad_metadata_key',
    message: `Not a metadata key: ${JSON.stringify(key.slice(0, 80))}; expected 1 to 64 of A-Z a-z 0-9 _ . : -`,
  });
}
