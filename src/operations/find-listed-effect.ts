import type { OperationDescriptor } from './descriptor.ts';
import { type DoneStep, type ExpectedThing, type ListedEffect, madeFile } from './listed-effect.ts';
import { madeGroup } from './listed-group.ts';

/** Why a listing can't show the effect of an operation that makes nothing. */
const NOT_LISTED = 'no listing shows it';

/** Finds out how a listing shows the effect of a step. */
export function listedEffect(
  operation: OperationDescriptor,
  options: object,
  done: DoneStep,
): ListedEffect {
  if (operation.listedEffect !== undefined) return operation.listedEffect(options as never, done);
  const kinds = Object.entries(operation.makes ?? {}).filter(([, kind]) => kind !== 'object');
  if (kinds.length === 0) return { hidden: NOT_LISTED };
  const isStored = 'store' in options && options.store === true;
  const made = kinds.flatMap(([key, kind]): ExpectedThing[] => {
    const value = done.result?.[key];
    return kind === 'file' ? madeFile(value, isStored) : madeGroup(value);
  });
  return made.length === 0 ? { hidden: 'the ledger does not name the new file or group' } : made;
}
