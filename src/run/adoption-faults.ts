import { type FileUuid, parseFileUuid } from '../core/file-uuid.ts';
import { MAKES_A_FILE, type Step } from '../job/step-schemas.ts';
import { type KnownFilesQuery, knownFiles } from '../ledger/known-files.ts';

/** A file that is said to be what a step made of an item. */
export interface Adoption {
  readonly step: Step;
  readonly file: string;
}

/** Files looked for in one walk over the items: SQLite takes so many in a statement. */
const AT_ONCE = 10_000;

/**
 * Why a file can't be what the step made, in words that go on after the item's name; null where
 * nothing speaks against it. What later steps store or delete is this file: one that is an item of
 * the run, or was made for another one, must not be taken for it.
 */
export function adoptionFaults(
  adoptions: readonly Adoption[],
  run: Pick<KnownFilesQuery, 'path' | 'publicKey'>,
): (string | null)[] {
  const files = adoptions.map(({ file }) => parseFileUuid(file));
  const known = knownOf(files, run);
  const adopted = new Set<FileUuid>();
  return adoptions.map(({ step }, place) => {
    const file = files[place] as FileUuid;
    const isAgain = adopted.has(file);
    adopted.add(file);
    if (!MAKES_A_FILE.includes(step.uses)) {
      return `can't adopt a file: ${step.uses} makes none. Say done, redo or skip`;
    }
    if (isAgain) return `can't adopt ${file}: another item adopts it${SAME_WORK}`;
    if (!known.has(file)) return null;
    return `can't adopt ${file}: it is an item of this run, or was made for one${SAME_WORK}`;
  });
}

const SAME_WORK =
  '. Where the two were sent for the same work on the same file, say redo: it takes that result';

function knownOf(
  files: readonly string[],
  run: Pick<KnownFilesQuery, 'path' | 'publicKey'>,
): ReadonlySet<string> {
  const known = new Set<string>();
  for (let start = 0; start < files.length; start += AT_ONCE) {
    const some = files.slice(start, start + AT_ONCE);
    for (const file of knownFiles({ ...run, files: some, itemsToo: true })) known.add(file);
  }
  return known;
}
