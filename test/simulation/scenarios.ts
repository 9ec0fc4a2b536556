import type { FileUuid } from '../../src/core/file-uuid.ts';
import type { Effect, EmulatedFile } from '../../src/emulator/emulator.ts';
import type { Operation } from '../../src/operations/operation.ts';
import type { FilesApi } from '../../src/uploadcare/files-api.ts';

/** One kind of run, and what must have happened at its end. */
export interface Scenario {
  readonly name: string;
  /** The `source`, `where` and `steps` of the job file. */
  readonly job: object;
  /** Which of the seeded files the job is about. */
  readonly selects: (file: EmulatedFile) => boolean;
  /** Effects that every selected file must have once. */
  readonly effects: readonly Effect[];
  /** Stand-ins for the operations of the steps, where the service has none of their kind. */
  readonly operations?: (files: FilesApi) => readonly Operation[];
  /** True where a lost answer must end in doubt. */
  readonly isUndetectable?: boolean;
}

const COPY = { uses: 'copy-to-remote', with: { target: 'backup' } };
const DAY_MS = 86_400_000;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'delete',
    job: {
      source: { files: { stored: false, limit: 40 } },
      where: { uploaded: { olderThan: '24h' } },
      steps: [{ uses: 'delete' }],
      recheckAfter: '3s',
    },
    selects: (file) => file.storedAt === null && isOlderThanADay(file),
    effects: ['delete'],
  },
  {
    name: 'store',
    job: { source: { files: { stored: false, limit: 70 } }, steps: [{ uses: 'store' }] },
    selects: (file) => file.storedAt === null,
    effects: ['store'],
  },
  {
    name: 'copy',
    job: { source: { files: { stored: true, limit: 25 } }, steps: [COPY] },
    selects: (file) => file.storedAt !== null,
    effects: ['remote_copy'],
  },
  {
    name: 'copy then delete',
    job: {
      source: { files: { stored: true, limit: 30, ordering: '-datetime_uploaded' } },
      where: { mime: 'image/*' },
      steps: [COPY, { uses: 'delete' }],
      recheckAfter: '1m',
    },
    selects: (file) => file.storedAt !== null && file.mimeType.startsWith('image/'),
    effects: ['remote_copy', 'delete'],
  },
  {
    name: 'undetectable',
    job: { source: { files: { stored: true, limit: 50 } }, steps: [COPY] },
    selects: (file) => file.storedAt !== null,
    effects: ['remote_copy'],
    operations: (files) => [toyUndetectable(files)],
    isUndetectable: true,
  },
  {
    name: 'probed',
    job: { source: { files: { stored: false, limit: 50 } }, steps: [{ uses: 'store' }] },
    selects: (file) => file.storedAt === null,
    effects: ['store'],
    operations: (files) => [toyProbed(files)],
  },
];

/** Copies as if nothing could tell afterwards whether it was done. */
export function toyUndetectable(files: FilesApi): Operation {
  return {
    kind: 'toy-undetectable',
    shape: 'each',
    destructive: false,
    changesListing: false,
    doubt: { class: 'undetectable' },
    async runItem(item, permit) {
      const source = item.key as FileUuid;
      const options = { source, target: 'backup', pattern: '${default}', makePublic: true };
      await files.remoteCopy(options, permit);
      return { kind: 'done' };
    },
  };
}

/** Stores one file a request, and looks at the file before it repeats one. */
function toyProbed(files: FilesApi): Operation {
  return {
    kind: 'toy-probed',
    shape: 'each',
    destructive: false,
    changesListing: true,
    doubt: {
      class: 'detectable',
      async probe(item, signal) {
        const facts = await files.fileInfo(item.key as FileUuid, signal);
        if (facts?.storedAt == null) return { kind: 'did-not-happen' };
        return { kind: 'happened', outcome: { kind: 'done' } };
      },
    },
    async runItem(item, permit) {
      await files.storeBatch([item.key as FileUuid], permit);
      return { kind: 'done' };
    },
  };
}

function isOlderThanADay(file: EmulatedFile): boolean {
  return START_MS - file.uploadedAt / 1000 > DAY_MS;
}

/** When every simulation begins, ms since 1970. */
export const START_MS = Date.UTC(2026, 10, 21, 12);
