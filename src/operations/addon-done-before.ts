import type { Item } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import type { AddonCall } from '../uploadcare/addons-api.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import { uuidOf } from './uuid-of.ts';

/**
 * Whether an add-on ran on a file before, whoever ran it: what it found is at the file (contract
 * 2.1), but for remove_bg, whose result is another file. null: it did not.
 */
export function addonDoneBefore(
  { files }: Pick<RestClient, 'files'>,
  call: AddonCall,
): ((item: Item, signal: AbortSignal) => Promise<Outcome | null>) | null {
  if (call.name === 'remove_bg') return null;
  return async (item, signal) => {
    const details = await files.fileDetails(uuidOf(item), { extra: 'appdata', signal });
    const app = details?.removedAt === null ? details.appdata.get(call.name) : undefined;
    if (app === undefined) return null;
    // What was found infected is to be deleted now: only the add-on does that.
    const isToBePurged = call.params?.purgeInfected === true && app.data['infected'] !== false;
    if (isToBePurged) return null;
    const version = app.version === null ? '' : ` (version ${app.version})`;
    return {
      kind: 'skipped',
      reason: 'done before',
      message: `The file has the result of ${new Date(app.updatedAt).toISOString()}${version}`,
      result: app.data,
      goesOn: true,
    };
  };
}
