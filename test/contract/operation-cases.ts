import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Effect, Emulator } from '../../src/emulator/emulator.ts';

/** Where a case puts its things. */
export interface CasePlace {
  readonly emulator: Emulator;
  /** A folder for local files. */
  readonly directory: string;
}

/** An operation as the conformance suite puts it to the test. */
export interface OperationCase {
  readonly uses: string;
  readonly with?: object;
  /** What may be done after a lost answer; decides what the suite expects. */
  readonly doubt: 'idempotent' | 'detectable' | 'tagged' | 'undetectable';
  /** The request that has the effect; the suite makes it go wrong. */
  readonly mutation: { readonly method: string; readonly path: RegExp };
  /** What the emulator's log must have once an item; null where the operation changes nothing. */
  readonly effect: Effect | null;
  /** Puts things there and gives the job's `source`. */
  readonly prepare: (place: CasePlace, count?: number) => object;
  /** Items that `prepare` makes unless it is told a count. */
  readonly items: number;
  /** True where a cut answer's headers still name the remote job. */
  readonly isNamedByHeader?: boolean;
  /** How a file ends that the project never had; null where items are no files. */
  readonly missing: 'skipped' | 'failed' | null;
  /** How a removed file ends; as a missing one where absent. */
  readonly removed?: 'done' | 'skipped' | 'failed';
}

const IMAGE = { name: 'cat.png', mimeType: 'image/png', isImage: true } as const;
const PDF = { name: 'paper.pdf', mimeType: 'application/pdf', isImage: false } as const;
const VIDEO = { name: 'clip.mp4', mimeType: 'video/mp4', isImage: false } as const;

function files(spec: object): (place: CasePlace, count?: number) => object {
  return (place, count = 3) => {
    const project = place.emulator.projects[0]!;
    const day = '2026-11-01T10:00:';
    return {
      inline: Array.from({ length: count }, (_, place) => {
        const uploadedAt = `${day}${String(place).padStart(2, '0')}.000000Z`;
        return project.addFile({ ...spec, uploadedAt, storedAt: uploadedAt }).uuid;
      }),
    };
  };
}

const ADDON = { method: 'POST', path: /^\/addons\/\w+\/execute\/$/ };
const CONVERT = { method: 'POST', path: /^\/convert\// };

export const OPERATION_CASES: readonly OperationCase[] = [
  {
    uses: 'store',
    removed: 'done',
    doubt: 'idempotent',
    mutation: { method: 'PUT', path: /^\/files\/storage\/$/ },
    effect: 'store',
    prepare: ({ emulator }, count = 3) => {
      const project = emulator.projects[0]!;
      return {
        inline: numbers(count).map(() => project.addFile({ ...IMAGE, storedAt: null }).uuid),
      };
    },
    items: 3,
    missing: 'skipped',
  },
  {
    uses: 'delete',
    removed: 'done',
    doubt: 'idempotent',
    mutation: { method: 'DELETE', path: /^\/files\/storage\/$/ },
    effect: 'delete',
    prepare: files(IMAGE),
    items: 3,
    missing: 'skipped',
  },
  {
    uses: 'copy-to-remote',
    with: { target: 'backup' },
    doubt: 'detectable',
    mutation: { method: 'POST', path: /^\/files\/remote_copy\/$/ },
    effect: 'remote_copy',
    prepare: files(IMAGE),
    items: 3,
    missing: 'failed',
  },
  {
    uses: 'copy-local',
    doubt: 'tagged',
    mutation: { method: 'POST', path: /^\/files\/local_copy\/$/ },
    effect: 'local_copy',
    prepare: files(IMAGE),
    items: 3,
    missing: 'failed',
  },
  {
    uses: 'metadata',
    removed: 'done',
    with: { set: { campaign: 'spring' }, remove: ['old'] },
    doubt: 'idempotent',
    mutation: { method: 'PUT', path: /\/metadata\// },
    effect: 'metadata_set',
    prepare: files(IMAGE),
    items: 3,
    missing: 'skipped',
  },
  {
    uses: 'tags',
    with: { add: ['cutout'] },
    doubt: 'idempotent',
    mutation: { method: 'PATCH', path: /\/tags\/$/ },
    effect: 'tags',
    prepare: files(IMAGE),
    items: 3,
    missing: 'skipped',
  },
  {
    uses: 'info',
    removed: 'done',
    with: { include: 'appdata' },
    doubt: 'idempotent',
    mutation: { method: 'GET', path: /^\/files\/[0-9a-f-]{36}\// },
    effect: null,
    prepare: files(IMAGE),
    items: 3,
    missing: 'skipped',
  },
  {
    uses: 'convert/document',
    with: { format: 'jpg' },
    doubt: 'undetectable',
    mutation: CONVERT,
    effect: 'convert_document',
    prepare: files(PDF),
    items: 3,
    missing: 'failed',
  },
  {
    uses: 'convert/document',
    with: { format: 'png', saveInGroup: true },
    doubt: 'detectable',
    mutation: CONVERT,
    effect: 'convert_document',
    prepare: files(PDF),
    items: 3,
    missing: 'failed',
  },
  {
    uses: 'convert/video',
    with: { format: 'webm' },
    doubt: 'undetectable',
    mutation: CONVERT,
    effect: 'convert_video',
    prepare: files(VIDEO),
    items: 3,
    missing: 'failed',
  },
  {
    uses: 'addon/remove_bg',
    isNamedByHeader: true,
    with: { crop: true },
    doubt: 'undetectable',
    mutation: ADDON,
    effect: 'remove_bg',
    prepare: files(IMAGE),
    items: 3,
    missing: 'skipped',
  },
  ...(
    [
      'uc_clamav_virus_scan',
      'aws_rekognition_detect_labels',
      'aws_rekognition_detect_moderation_labels',
    ] as const
  ).map(
    (name): OperationCase => ({
      uses: `addon/${name}`,
      doubt: 'detectable',
      mutation: ADDON,
      effect: name,
      prepare: files(IMAGE),
      items: 3,
      missing: 'skipped',
    }),
  ),
  {
    uses: 'import-url',
    doubt: 'tagged',
    mutation: { method: 'POST', path: /^\/from_url\/\?/ },
    effect: 'import',
    prepare: ({ emulator, directory }, count = 3) => {
      const urls = numbers(count).map((number) => `https://example.test/${number}.txt`);
      for (const url of urls) emulator.addUrl(url, { content: url });
      const path = join(directory, 'urls.txt');
      writeFileSync(path, `${urls.join('\n')}\n`);
      return { urls: { path } };
    },
    items: 3,
    missing: null,
  },
  {
    uses: 'upload',
    doubt: 'tagged',
    mutation: { method: 'POST', path: /^\/base\/\?/ },
    effect: 'upload',
    prepare: ({ directory }, count = 3) => {
      const path = join(directory, 'folder');
      mkdirSync(path);
      for (const number of numbers(count))
        writeFileSync(join(path, `${number}.txt`), `text ${number}`);
      return { folder: { path } };
    },
    items: 3,
    missing: null,
  },
  {
    uses: 'upload',
    with: { partsFrom: '10MiB' },
    doubt: 'tagged',
    mutation: { method: 'POST', path: /^\/multipart\/complete\/\?/ },
    effect: 'upload',
    prepare: (bench) => {
      const path = join(bench.directory, 'folder');
      mkdirSync(path);
      writeFileSync(join(path, 'large.bin'), Buffer.alloc(10 * 1024 ** 2 + 1, 'large '));
      return { folder: { path } };
    },
    items: 1,
    missing: null,
  },
  {
    uses: 'create-group',
    with: { size: 3 },
    doubt: 'detectable',
    mutation: { method: 'POST', path: /^\/group\/\?/ },
    effect: 'group_create',
    prepare: files(IMAGE),
    items: 3,
    missing: 'failed',
  },
  {
    uses: 'delete-group',
    doubt: 'idempotent',
    mutation: { method: 'DELETE', path: /^\/groups\// },
    effect: 'group_delete',
    prepare: (place, count) => {
      const { inline } = files(IMAGE)(place, count) as { inline: string[] };
      for (const uuid of inline) makeGroup(place, uuid);
      return { groups: { take: 'groups' } };
    },
    items: 3,
    missing: null,
  },
];

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, place) => place + 1);
}

function makeGroup({ emulator }: CasePlace, uuid: string): void {
  const { publicKey } = emulator.projects[0]!;
  const answer = emulator.handle({
    method: 'POST',
    target: '/group/',
    headers: { host: 'service.test', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ pub_key: publicKey, 'files[0]': uuid }).toString(),
  });
  if (answer.status !== 200) throw new Error(`No group was made: ${answer.body}`);
}
