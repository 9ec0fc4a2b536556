import type { Item } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';
import type { AddonCall } from '../uploadcare/addons-api.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';
import type { AppData } from '../uploadcare/wire/file-details.ts';
import { isPurge } from './addon-operation.ts';
import type { DoneBefore } from './descriptor.ts';
import { itemUuid } from './item-uuid.ts';
import { lookUpAppData } from './look-up-files.ts';

/**
 * Creates a function that checks whether anybody has already run an add-on on a file. The service stores the
 * result of an add-on in the `appdata` of the file (docs/uploadcare-api.md 2.1). The `appdata` also shows
 * that remove_bg made a file, so ucbulk does not remove the background of such a file again.
 */
export function addonDoneBefore(
  client: Pick<RestClient, 'files' | 'search'>,
  call: AddonCall,
): (items: readonly Item[]) => DoneBefore {
  return (items) => {
    const wanted = items.filter((item) => isWorthALook(item, call));
    const lookUp = lookUpAppData(client, wanted.map(itemUuid));
    return async (item, signal) => {
      if (!isWorthALook(item, call)) return null;
      const app = (await lookUp(itemUuid(item), signal))?.appdata.get(call.name);
      if (app === undefined) return null;
      if (isToBePurged(call, app.data)) return null;
      return doneBefore(call, app);
    };
  };
}

/**
 * False if an earlier step made the file, and the job asks to remove its background. So the request is
 * necessary, even if that step was remove_bg too.
 */
function isWorthALook(item: Item, { name }: AddonCall): boolean {
  return name !== 'remove_bg' || item.file === null;
}

/**
 * True if an earlier scan found the file infected, or did not report whether it is, and this job deletes
 * infected files. Then the file must be scanned again, because the new scan deletes it.
 */
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
