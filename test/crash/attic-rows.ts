import type { Emulator } from '../../src/emulator/emulator.ts';
import type { OperationCase } from '../contract/operation-cases.ts';

/** The facts about an operation from which the matrix chooses the request to disturb, and the rules for the result. */
type RowFacts = Pick<OperationCase, 'uses' | 'doubt' | 'mutation'>;

/** A job that copies files to the bucket `attic`, or that restores them from it. */
interface AtticRow extends RowFacts {
  readonly steps: (place: object) => readonly object[];
  /** Size of each file, bytes. */
  readonly size: number;
  /** Number of files for so many items. */
  readonly count: (items: number) => number;
  /** True if a second run must have no effect. */
  readonly isDoneOnce: boolean;
  /** True if an earlier run deletes the files first, each after a backup. */
  readonly isRestore: boolean;
}

const WRITE = { method: 'PUT', path: /^\/s3\/attic\// } as const;
/** More than a copy sends with one request. */
const LARGE_BYTES = 17 * 1024 ** 2;

const COPY: AtticRow = {
  uses: 'copy-to-bucket',
  doubt: 'idempotent',
  mutation: WRITE,
  steps: (place) => [{ uses: 'copy-to-bucket', with: place, skipIfDone: true }],
  size: 200,
  count: (items) => items,
  isDoneOnce: true,
  isRestore: false,
};

const DELETE: AtticRow = {
  ...COPY,
  uses: 'delete',
  mutation: { method: 'DELETE', path: /^\/files\/storage\/$/ },
  steps: (backup) => [{ uses: 'delete', with: { backup } }],
  isDoneOnce: false,
};

const RESTORE: AtticRow = {
  ...COPY,
  uses: 'import-url',
  doubt: 'tagged',
  mutation: { method: 'POST', path: /^\/from_url\/\?/ },
  steps: () => [{ uses: 'import-url' }],
  isRestore: true,
};

/** The rows, by their names. */
const ROWS: ReadonlyMap<string, AtticRow> = new Map([
  ['copy-to-bucket', COPY],
  ['copy-to-bucket-in-parts', { ...COPY, size: LARGE_BYTES, count: (items) => Math.min(items, 2) }],
  ['delete-after-backup', DELETE],
  ['restore', RESTORE],
  [
    'restore-with-upload',
    {
      ...RESTORE,
      uses: 'upload',
      mutation: { method: 'POST', path: /^\/base\/\?/ },
      steps: () => [{ uses: 'upload' }],
    },
  ],
]);

export const ATTIC_ROWS: ReadonlyMap<string, RowFacts & Pick<AtticRow, 'isDoneOnce'>> = ROWS;

/** The jobs of a row: `earlier` ends before the matrix begins. */
export interface AtticJobs {
  readonly earlier: object | null;
  /** `run` is the id of the earlier run; empty if there is none. */
  readonly job: (run: string) => object;
}

/** Creates the files and the bucket of a row. Returns its jobs; null if the name is that of another row. */
export function setAttic(
  emulator: Emulator,
  { uses, origin, items }: { uses: string; origin: string; items: number },
): AtticJobs | null {
  const row = ROWS.get(uses);
  if (row === undefined) return null;
  emulator.buckets.create('attic');
  for (let number = 0; number < row.count(items); number += 1) addFile(emulator, number, row.size);
  const place = { url: 's3://attic/', endpoint: `${origin}/s3`, region: 'us-east-1' };
  const copies = { ...place, cdn: origin };
  const source = { files: { pageSize: 90 } };
  if (!row.isRestore) return { earlier: null, job: () => ({ source, steps: row.steps(copies) }) };
  return {
    earlier: { source, steps: DELETE.steps(copies) },
    job: (run) => ({ source: { deleted: { run, ...place } }, steps: row.steps(place) }),
  };
}

function addFile(emulator: Emulator, number: number, size: number): void {
  const [project] = emulator.projects;
  if (project === undefined) throw new Error('The emulator has no project');
  const { uuid } = project.addFile({ name: `${number}.txt`, size, metadata: { no: `${number}` } });
  if (size < LARGE_BYTES) return;
  // The emulator generates no file of this size.
  const contents = { [uuid]: Buffer.alloc(size, `file ${number} `).toString('base64') };
  emulator.load({ projects: [{ pub_key: project.publicKey, contents }] });
}

/** Counts the objects of the bucket and the new files by their content. Each count has a line as its name. */
export function copiesIn({ audit, buckets, projects }: Emulator): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { key, etag } of buckets.list('attic')) counts[`object ${key} ${etag}`] = 1;
  for (const { operation, uuid, changed } of audit.entries()) {
    if (!changed || !/^(import|upload)$/.test(operation)) continue;
    const line = `file of ${projects[0]?.original(uuid)?.sha256}`;
    counts[line] = (counts[line] ?? 0) + 1;
  }
  return counts;
}
