import type { Item } from '../core/item.ts';
import type { Outcome } from '../core/outcome.ts';
import type { AddonCall } from '../uploadcare/addons-api.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import { uuidOf } from './uuid-of.ts';

/**
 * Whether an add-on ran on a file before, whoever ran it: what it found is at the file (contract
 * 2.1). remove_bg leaves its mark at the file that it made: a cutout is not cut out again, whether
 * or not anybody noted that it is one. null: it did not.
 */
export function addonDoneBefore(
  { files }: Pick<RestClient, 'files'>,
  call: AddonCall,
): (item: Item, signal: AbortSignal) => Promise<Outcome | null> {
  return async (item, signal) => {
    // What a step of this job made is to be cut out because the job says so.
    if (call.name === 'remove_bg' && item.file !== null) return null;
    const details = await files.fileDetails(uuidOf(item), { extra: 'appdata', signal });
    const app = details?.removedAt === null ? details.appdata.get(call.name) : undefined;
    if (app === undefined) return null;
    // What was found infected is to be deleted now: only the add-on does that.
    const isToBePurged =
      call.name === 'uc_clamav_virus_scan' &&
      call.params?.purgeInfected === true &&
      app.data['infected'] !== false;
    if (isToBePurged) return null;
    if (call.name === 'remove_bg') {
      const message = 'The file is itself a result of remove_bg; `skipIfDone: false` cuts it out';
      return { kind: 'skipped', reason: 'done before', message };
    }
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
