import type { Emulator, S3ObjectView } from '../../src/emulator/emulator.ts';
import type { Finale } from './end-invariants.ts';

const SIDECAR = '.json';

/** True if the bucket `attic` has an object of the file with these bytes. */
export function hasCopy(emulator: Emulator, uuid: string, bytes: Buffer | undefined): boolean {
  if (bytes === undefined) return false;
  return copiesOf(emulator).some((object) => {
    return object.key.startsWith(`${uuid}/`) && object.bytes().equals(bytes);
  });
}

/** Each object of the bucket is the only copy of a selected file, with its bytes and its name. */
export function copiesAreTheirFiles({ seen, touched }: Finale): string[] {
  if (seen.scenario.attic === undefined) return [];
  const { emulator, originals } = seen;
  const copied = new Set<string>();
  return copiesOf(emulator).flatMap(({ key, bytes, contentDisposition = '' }) => {
    const [uuid = '', name = ''] = key.split('/');
    const original = originals.get(uuid);
    if (original === undefined) return [`${key} is no copy of a selected file`];
    if (copied.has(uuid)) return [`${uuid} has two objects`];
    copied.add(uuid);
    if (!touched.has(uuid) && !bytes().equals(original))
      return [`${key} has other bytes than its file`];
    const isNamed = contentDisposition.includes(encodeURIComponent(name));
    return isNamed ? [] : [`${key} has the name ${contentDisposition}`];
  });
}

/** The bucket has a copy of each file whose item is done, and a sidecar if the job wants one. */
export function whatIsDoneHasItsCopy({ seen, items }: Finale): string[] {
  const { scenario, emulator, originals } = seen;
  if (scenario.attic !== 'copies') return [];
  return items.flatMap(({ key, state, result }) => {
    if (state !== 'done') return [];
    if (!hasCopy(emulator, key, originals.get(key))) return [`${key} is done without its copy`];
    const url = String(result?.['url'] ?? '');
    const isSidecar = emulator.buckets.find('attic', `${objectKey(url)}${SIDECAR}`) !== undefined;
    return scenario.hasSidecars !== true || isSidecar ? [] : [`${key} is done without its sidecar`];
  });
}

/** The bucket has the bytes of each file that the run deleted. */
export function whatIsDeletedHasItsBackup({ seen, effects }: Finale): string[] {
  const { scenario, emulator, originals } = seen;
  if (scenario.attic === undefined) return [];
  return effects
    .filter(({ operation }) => operation === 'delete')
    .filter(({ uuid }) => !hasCopy(emulator, uuid, originals.get(uuid)))
    .map(({ uuid }) => `${uuid} is deleted, and the bucket lacks its bytes`);
}

/** Each deleted file has one new file with its bytes, which its item names. */
export function whatIsRestoredIsOneFile({ seen, items, effects, schedule }: Finale): string[] {
  const { scenario, emulator, originals } = seen;
  if (scenario.attic !== 'restores' || seen.isRedone || seen.isServiceClockOff) return [];
  const made = effects.filter(({ operation }) => /^(import|upload)$/.test(operation));
  const newFiles = new Set(made.map(({ uuid }) => uuid));
  return items.flatMap(({ key, state, result }) => {
    const own = [...newFiles].filter((uuid) => {
      const bytes = emulator.projects[0]?.original(uuid)?.bytes;
      return bytes !== undefined && bytes !== null && originals.get(key)?.equals(bytes) === true;
    });
    if (own.length > 1) return [`${key} has ${own.length} new files`];
    if (state !== 'done' || schedule.resolve !== null) return [];
    const [file] = own;
    return file !== undefined && file === result?.['file']
      ? []
      : [`${key} is done with ${String(result?.['file'])}, its bytes are in ${file}`];
  });
}

/** The copies in the bucket, without their sidecars. */
function copiesOf({ buckets }: Emulator): S3ObjectView[] {
  return [...buckets.list('attic')].filter(({ key }) => !key.endsWith(SIDECAR));
}

function objectKey(url: string): string {
  return url.replace('s3://attic/', '');
}
