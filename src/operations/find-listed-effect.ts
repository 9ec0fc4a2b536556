import type { OperationDescriptor } from './descriptor.ts';
import { type DoneStep, type ListedEffect, madeFile } from './listed-effect.ts';

/** Why a listing of files can't show the effect of most operations that make no file. */
const NOT_LISTED = 'a listing of files does not show it';

/** Finds out how a listing shows the effect of a step. */
export function listedEffect(
  operation: OperationDescriptor,
  options: object,
  done: DoneStep,
): ListedEffect {
  if (operation.listedEffect !== undefined) return operation.listedEffect(options as never, done);
  const keys = Object.entries(operation.makes).flatMap(([key, kind]) =>
    kind === 'file' ? key : [],
  );
  if (keys.length === 0) return { hidden: NOT_LISTED };
  const isStored = 'store' in options && options.store === true;
  const made = keys.flatMap((key) => madeFile(done.result?.[key], isStored));
  return made.length === 0 ? { hidden: 'the ledger does not name the new file' } : made;
}
