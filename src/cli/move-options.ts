import { parseBucketUrl } from '../report/bucket-address.ts';
import { parseCdnHost } from '../report/cdn-hosts.ts';
import { SIZE_NAMES } from '../report/picture-sizes.ts';
import { text } from './option-values.ts';

/** Options of the commands that map each old file to the new file that a run made from it. */
export const MOVE_OPTIONS = {
  'old-host': {
    array: true,
    requiresArg: true,
    default: [],
    defaultDescription: 'the host of the project',
    coerce: (value: unknown) => [value].flat().map((host) => parseCdnHost(String(host))),
    describe:
      'Your own CDN host in old URLs; hosts of Uploadcare are always recognised; may be repeated',
  },
  'bucket-url': {
    requiresArg: true,
    coerce: (value: unknown) => parseBucketUrl(text('bucket-url')(value)),
    describe: "Address that serves the copies in a bucket; the bucket's own if absent",
  },
  to: {
    choices: ['file', 'object'],
    requiresArg: true,
    describe:
      'Target of new URLs: only new files, or only copies in a bucket; if absent, the new file, else the copy',
  },
  sizes: {
    choices: SIZE_NAMES,
    requiresArg: true,
    describe:
      'Also smaller versions of imported pictures, as WordPress names them (photo-300x200.jpg): the CDN makes them',
  },
} as const;

/** Parses the host name of the CDN for the URLs of new files. */
export function newHost(value: unknown): string {
  const host = parseCdnHost(text('new-host')(value));
  if (host.startsWith('*.')) throw new Error('--new-host takes one host, without *');
  return host;
}
