import { ClassifiedError } from '../core/failure.ts';
import type { Item } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Bucket, ObjectFacts } from '../s3/bucket.ts';
import { hasKmsKey } from '../s3/etag.ts';
import type { OwnExpression } from './descriptor.ts';

/** The facts about a backup, as the step that made it recorded them. */
interface Backup {
  /** Such as `s3://attic/old/UUID/a.jpg`; empty if there is no backup. */
  readonly url: string;
  readonly size: number;
  readonly etag: string | null;
}

/** The expressions with which a delete reads the result of the step that made the backup. */
export function backupExpressions(step: string): OwnExpression[] {
  const read = (key: keyof Backup, absent: string) => ({
    name: `backup ${key}`,
    path: ['backup', 'step'],
    text: `has(steps.${step}.${key}) ? steps.${step}.${key} : ${absent}`,
  });
  return [read('url', '""'), read('size', '-1'), read('etag', '""')];
}

/** Number of objects to look at together. */
const CHECKS_AT_ONCE = 20;

/** Finds items whose backup is not certain. They must not be deleted. The outcome of each says why. */
export type CheckBackups = (
  items: readonly Item[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, Outcome>>;

/** Checks the backups in a bucket: reads the facts about each object just before the delete. */
export function createBucketCheck(open: () => Promise<Bucket>): CheckBackups {
  return async (items, signal) => {
    const bucket = await open();
    const refused = new Map<string, Outcome>();
    for (let start = 0; start < items.length; start += CHECKS_AT_ONCE) {
      const together = items.slice(start, start + CHECKS_AT_ONCE);
      const outcomes = await Promise.all(together.map((item) => checkItem(bucket, item, signal)));
      for (const [place, { key }] of together.entries()) {
        const outcome = outcomes[place] ?? null;
        if (outcome !== null) refused.set(key, outcome);
      }
    }
    return refused;
  };
}

/** Checks that the service has answered a copy to a storage of the project. Nothing else can be seen of this copy. */
export const checkCopies: CheckBackups = async (items) => {
  const without = items.filter((item) => readBackup(item).url === '');
  return new Map(without.map(({ key }) => [key, NO_BACKUP] as const));
};

async function checkItem(bucket: Bucket, item: Item, signal: AbortSignal): Promise<Outcome | null> {
  const backup = readBackup(item);
  const place = `${bucket.name}/`;
  const { url } = backup;
  if (!url.startsWith(place)) return NO_BACKUP;
  const facts = await bucket.head(url.slice(place.length), signal).catch(noFacts);
  if (facts === null) {
    return failed('backup_missing', `${url} is not in the bucket any more, or can't be read`);
  }
  const fault = findDifference(backup, facts);
  return fault === null ? null : failed('backup_differs', `${url} ${fault}`);
}

function readBackup({ values }: Item): Backup {
  const etag = values?.['backup etag'];
  return {
    url: String(values?.['backup url'] ?? ''),
    size: Number(values?.['backup size'] ?? -1),
    etag: typeof etag === 'string' && etag !== '' ? etag : null,
  };
}

/** The object can't be read: only its own item fails. Any other failure is thrown. */
function noFacts(error: unknown): null {
  if (error instanceof ClassifiedError && error.kind === 'permanent') return null;
  throw error;
}

/** Compares an object with the copy that the run made. Null if they are the same. */
function findDifference(backup: Backup, facts: ObjectFacts): string | null {
  const { size, etag } = facts;
  if (size !== backup.size) return `has ${size} bytes instead of ${backup.size}`;
  // With a key of KMS, the ETag is no checksum, and a repeated request gets another one.
  if (hasKmsKey(facts) || etag === backup.etag) return null;
  return `has the ETag ${etag} instead of ${backup.etag}`;
}

const NO_BACKUP = failed('no_backup', 'the run made no backup of the file');

/** A new run of the job would not help: the added step does not copy a file that an earlier run has copied. */
function failed(code: string, why: string): Outcome {
  const message = `Not deleted: ${why}. To copy the file again, add a step with \`uses: copy-to-bucket\` and \`skipIfDone: false\` before the delete, and name it with \`backup.step\``;
  return { kind: 'failed', failure: { code, message } };
}
