import type { AddonCall } from '../uploadcare/addons-api.ts';
import type { DoneStep, ListedEffect } from './listed-effect.ts';
import { hashResult } from './result-hash.ts';

/**
 * The effect of an add-on that stores its result with the file. A file that the add-on deleted must not exist
 * any more.
 */
export function listedAddonResult(
  name: AddonCall['name'],
  { file, result }: DoneStep,
): ListedEffect {
  if (result?.['removed'] === true) return [{ uuid: file, isGone: true }];
  if (result === null) return { hidden: 'the ledger has no result of the add-on' };
  return [{ uuid: file, addonResults: { [name]: hashResult(result) } }];
}
