import type { FileUuid } from '../core/file-uuid.ts';
import {
  type ExpectedThing,
  type FoundFile,
  type FoundThing,
  isGroup,
} from '../operations/listed-effect.ts';
import { formatGroupId } from '../operations/listed-group.ts';
import { INVENTORY_QUERY } from '../sources/inventory-source.ts';
import type { PageStart } from '../uploadcare/files-api.ts';
import type { GroupPageStart } from '../uploadcare/groups-api.ts';
import type { RestClient } from '../uploadcare/rest-client.ts';

/** The listings of a project that show the effects of a run. */
export interface NeededListings {
  files: boolean;
  groups: boolean;
  /** True if the listing of files must contain the results of add-ons. */
  addonResults: boolean;
}

/** A file or group of a listing, by its UUID. */
interface ListedThing {
  readonly uuid: string;
  /** Time when it was uploaded or created, ms. */
  readonly madeAt: number;
  readonly thing: FoundThing;
}

/** A page of a listing of files or groups. */
interface ThingPage {
  readonly things: readonly ListedThing[];
  readonly next: string | null;
}

/** A listing of the files or of the groups of a project. */
export interface ThingListing {
  readPage(cursor: string | null, signal: AbortSignal): Promise<ThingPage>;
}

type ListClient = Pick<RestClient, 'files' | 'groups'>;

/** Adds what an effect needs. */
export function addNeeded(needed: NeededListings, expected: ExpectedThing): void {
  if (isGroup(expected)) {
    needed.groups = true;
    return;
  }
  needed.files = true;
  if (expected.addonResults !== undefined) needed.addonResults = true;
}

/** Creates the listings of a project. */
export function createListings(client: ListClient, needed: NeededListings): ThingListing[] {
  return [
    ...(needed.files ? [listFiles(client, needed)] : []),
    ...(needed.groups ? [listGroups(client)] : []),
  ];
}

function listFiles({ files }: ListClient, { addonResults }: NeededListings): ThingListing {
  return {
    async readPage(cursor, signal) {
      const start: PageStart = cursor === null ? { query: INVENTORY_QUERY } : { cursor };
      const page = addonResults
        ? await files.listPageWithAppData(start, signal)
        : await files.listPage(start, signal);
      const found: readonly FoundFile[] = page.files;
      const things = found.map((thing) => {
        return { uuid: thing.uuid, madeAt: thing.uploadedAt, thing };
      });
      return { things, next: page.next };
    },
  };
}

function listGroups({ groups }: ListClient): ThingListing {
  return {
    async readPage(cursor, signal) {
      const query = { ordering: 'datetime_created', limit: 1000 } as const;
      const start: GroupPageStart = cursor === null ? { query } : { cursor };
      const page = await groups.listPage(start, signal);
      const things = page.groups.map((thing) => {
        const [uuid = ''] = thing.id.split('~');
        return { uuid, madeAt: thing.createdAt, thing };
      });
      return { things, next: page.next };
    },
  };
}

/** Reads a single file or group; null if the project does not have it. */
export async function readThing(
  { files, groups }: ListClient,
  expected: ExpectedThing,
  signal: AbortSignal,
): Promise<FoundThing | null> {
  if (isGroup(expected)) return groups.details(formatGroupId(expected), signal);
  const uuid = expected.uuid as FileUuid;
  if (expected.addonResults === undefined) return files.fileInfo(uuid, signal);
  return files.fileDetails(uuid, { extra: 'appdata', signal });
}
