import { createHash, createHmac } from 'node:crypto';
import type { EmulatorRequest } from '../../src/emulator/emulator.ts';
import type { Interaction, Recording } from './recordings.ts';

const KEYS = { publicKey: 'demopublickey', secretKey: 'demosecretkey' };

/** A recorded request, signed anew with the keys of the emulator, in the version it was answered in. */
export function replayedRequest(
  one: Interaction,
  {
    target,
    version,
    publicKey = KEYS.publicKey,
  }: {
    readonly target: string;
    readonly version: string;
    readonly publicKey?: string;
  },
): EmulatorRequest {
  const { method, body } = one.request;
  const form = (body as { $form?: [string, string][] } | null)?.$form;
  const isForm = form !== undefined || one.request.headers['content-type']?.includes('form-url');
  const contentType = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
  const text =
    body === null
      ? ''
      : form === undefined
        ? JSON.stringify(body)
        : String(new URLSearchParams(form));
  const date = new Date(one.recordedAt).toUTCString();
  const md5 = createHash('md5').update(text).digest('hex');
  const signed = [method, md5, contentType, date, target].join('\n');
  const signature = createHmac('sha1', KEYS.secretKey).update(signed).digest('hex');
  return {
    method,
    target,
    body: text,
    headers: {
      accept: `application/vnd.uploadcare-v${version}+json`,
      'content-type': contentType,
      date,
      authorization: `Uploadcare ${publicKey}:${signature}`,
    },
  };
}

/**
 * Path and query of a recorded request. The recorder of some sorted the queries it kept, so the
 * order is taken from the link that was followed where an earlier answer had one.
 */
export function replayedTarget({ interactions }: Recording, position: number): string {
  const url = interactions[position]?.request.url ?? '';
  const links = interactions.slice(0, position).flatMap(({ response }) => {
    const { next, previous } = (response.body ?? {}) as Record<string, unknown>;
    return [next, previous].filter((link) => typeof link === 'string');
  });
  const followed = links.find((link) => sortedQuery(link) === sortedQuery(url));
  return (followed ?? url).replace(/^https?:\/\/[^/]+/, '').replace(/^files/, '/files');
}

function sortedQuery(link: string): string {
  const { pathname, searchParams } = new URL(link);
  return `${pathname}?${JSON.stringify([...searchParams].sort())}`;
}
