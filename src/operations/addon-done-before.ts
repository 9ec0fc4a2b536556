import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { AddonCall } from '../uploadcare/addons-api.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import type { AppData } from '../uploadcare/wire/file-details.ts';
import { isPurge } from './addon-operation.ts';
import type { DoneBefore } from './descriptor.ts';
import { uuidOf } from './uuid-of.ts';

/**
 * Whether an add-on ran on a file before, whoever ran it: what it found is at the file (contract
 * 2.1). remove_bg leaves its mark at the file that it made: a cutout is not cut out again, whether
 * or not anybody noted that it is one. null: it did not.
 */
export function addonDoneBefore({ files }: Pick<RestClient, 'files'>, call: AddonCall): DoneBefore {
  return async (item, signal) => {
    // What a step of this job made is to be cut out because the job says so.
    if (call.name === 'remove_bg' && item.file !== null) return null;
    const details = await files.fileDetails(uuidOf(item), { extra: 'appdata', signal });
    const app = details?.removedAt === null ? details.appdata.get(call.name) : undefined;
    if (app === undefined) return null;
    if (isToBePurged(call, app.data)) return null;
    return doneBefore(call, app);
  };
}

/** What was found infected is to be deleted now: only the add-on does that. */
function isToBePurged(call: AddonCall, found: JsonObject): boolean {
  return isPurge(call) && found['infected'] !== false;
}

function doneBefore({ name }: AddonCall, app: AppData): Outcome {
  const done = { kind: 'skipped', reason: 'done before' } as const;
  if (name === 'remove_bg') {
    const message = 'The file is itself a result of remove_bg; `skipIfDone: false` cuts it out';
    return { ...done, message };
  }
  const version = app.version === null ? '' : ` (version ${app.version})`;
  const message = `The file has the result of ${new Date(app.updatedAt).toISOString()}${version}`;
  return { ...done, message, result: app.data, continuesAtNextStep: true };
}
