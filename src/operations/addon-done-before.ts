import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { AddonCall } from '../uploadcare/addons-api.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import type { AppData } from '../uploadcare/wire/file-details.ts';
import { isPurge } from './addon-operation.ts';
import type { DoneBefore } from './descriptor.ts';
import { itemUuid } from './item-uuid.ts';

/**
 * Creates a check whether an add-on was already run on a file, by anybody. The service stores the result of an
 * add-on in the `appdata` of the file (api 2.1). The `appdata` of a file that remove_bg made shows this too, so
 * ucbulk never removes the background of such a file again.
 */
export function addonDoneBefore({ files }: Pick<RestClient, 'files'>, call: AddonCall): DoneBefore {
  return async (item, signal) => {
    // The job explicitly asks to run remove_bg on a file that one of its steps made.
    if (call.name === 'remove_bg' && item.file !== null) return null;
    const details = await files.fileDetails(itemUuid(item), { extra: 'appdata', signal });
    const app = details?.removedAt === null ? details.appdata.get(call.name) : undefined;
    if (app === undefined) return null;
    if (isToBePurged(call, app.data)) return null;
    return doneBefore(call, app);
  };
}

/** True if an earlier scan found the file infected. Only another run of the add-on deletes the file. */
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
