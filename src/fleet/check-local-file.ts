import { ClassifiedError } from '../core/failure.ts';
import type { Item } from '../core/item.ts';
import type { Files, PathFacts } from '../core/world.ts';
import { stepOperation } from '../job/step-schemas.ts';
import type { FleetCall } from './call.ts';

/** Times of a file that differ by less than this are equal, ms. Some disks and archives store times in steps of 2 s. */
const SAME_TIME_MS = 2000;

/** A file with the facts that the run listed. */
type ListedFile = Partial<Pick<PathFacts, 'size' | 'modifiedAt'>> & { readonly path: string };

/**
 * Checks that the local file of an upload is on this machine, and is as the run listed it. Otherwise, throws a failure
 * of the item. Without this check, a worker could upload another file that happens to have the same path.
 */
export async function checkLocalFile(
  { step, items: [item], keptAnswer }: Pick<FleetCall, 'step' | 'items' | 'keptAnswer'>,
  { files, host }: { readonly files: Pick<Files, 'factsOf'>; readonly host: string },
): Promise<void> {
  // If the service has the bytes already, the call needs no file.
  if (item === undefined || keptAnswer !== null || stepOperation(step).takes.kind !== 'path')
    return;
  const listed = listedFile(item);
  const found = await files.factsOf(listed.path, 'follow').catch(() => null);
  const difference = describeDifference(listed, found);
  if (difference !== null) throw notHere(listed.path, { host, difference });
}

function listedFile({ key, details }: Item): ListedFile {
  const { path, size, modifiedAt } = details ?? {};
  return {
    path: typeof path === 'string' ? path : key,
    ...(typeof size === 'number' && { size }),
    ...(typeof modifiedAt === 'number' && { modifiedAt }),
  };
}

/** How the file on this machine differs from the listed one, such as `is missing`; null if it does not. */
function describeDifference(listed: ListedFile, found: PathFacts | null): string | null {
  if (found === null) return 'is missing or unreadable';
  if (found.kind !== 'file') return 'is not a file';
  const { size = found.size, modifiedAt = found.modifiedAt } = listed;
  if (found.size !== size) return `has ${found.size} bytes, but the run listed ${size}`;
  if (Math.abs(found.modifiedAt - modifiedAt) < SAME_TIME_MS) return null;
  const [there, here] = [modifiedAt, found.modifiedAt].map((at) => new Date(at).toISOString());
  return `was changed at ${here}, but the run listed it with ${there}`;
}

function notHere(
  path: string,
  { host, difference }: { readonly host: string; readonly difference: string },
): ClassifiedError {
  return new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'file_not_here',
    message: `${JSON.stringify(path)} ${difference}, on the worker at ${host}. Nothing was sent. Copy the file to each worker with its time (rsync -a), and retry the item; or retry it without --fleet`,
  });
}
