import type { FileSpec } from '../files/file-spec.ts';
import type { ProjectOptions } from '../project/project-options.ts';
import { parseInstant } from '../protocol/wire-instant.ts';
import { ADDONS, type Addon } from '../time/work-plan.ts';
import { WEBHOOK_EVENTS, type Webhook } from '../webhooks/webhook-event.ts';
import type { AddonState } from '../work/addon-runs.ts';
import type { GivenConversion } from '../work/conversion-job.ts';
import { ObjectReader, ObjectsError } from './object-reader.ts';
import { readFileObject } from './read-file-object.ts';
import { type LoadedGroup, readGroupObject } from './read-group-object.ts';
import { type LoadedImport, readImportObject } from './read-import-object.ts';

/** The objects of one project from the loaded JSON, checked. */
export interface LoadedProject {
  /**
   * The JSON path of the project. Some errors are found only when the objects are added, and their messages
   * contain this path.
   */
  readonly path: string;
  readonly options: ProjectOptions & { readonly publicKey: string };
  readonly files: readonly FileSpec[];
  readonly groups: readonly LoadedGroup[];
  readonly webhooks: readonly Webhook[];
  readonly conversions: readonly GivenConversion[];
  readonly addonRuns: readonly LoadedAddonRun[];
  readonly imports: readonly LoadedImport[];
  readonly savedUrls: Readonly<Record<string, string>>;
  readonly contents: Readonly<Record<string, string>>;
}

/** A run of an add-on from the loaded JSON. Its state never changes. */
type LoadedAddonRun = AddonState & { readonly requestId: string; readonly addon: Addon };

const PROJECT_FIELDS = [
  'pub_key',
  'secret_key',
  'extra_secret_keys',
  'name',
  'autostore_enabled',
  'collaborators',
  'remote_storages',
  'signed_uploads',
  'files',
  'groups',
  'webhooks',
  'conversions',
  'addon_runs',
  'imports',
  'saved_urls',
  'contents',
] as const;
const CONVERSION_STATUSES = ['pending', 'processing', 'finished', 'failed', 'cancelled'] as const;
const ADDON_STATUSES = ['in_progress', 'error', 'done', 'unknown'] as const;

/**
 * Reads and checks the JSON that `load` received. Throws an `ObjectsError` that names the path of a wrong
 * value.
 */
export function readObjects(document: unknown): LoadedProject[] {
  const root = new ObjectReader(document);
  root.onlyFields(['projects']);
  const projects = root.field('projects').items().map(readProject);
  const keys = new Set<string>();
  for (const { path, options } of projects) {
    if (keys.has(options.publicKey)) {
      throw new ObjectsError(`two projects have the key ${options.publicKey}`, {
        path: `${path}.pub_key`,
      });
    }
    keys.add(options.publicKey);
  }
  return projects;
}

function readProject(reader: ObjectReader): LoadedProject {
  reader.onlyFields(PROJECT_FIELDS);
  const list = <Item>(name: string, read: (item: ObjectReader) => Item) =>
    reader.field(name).itemsIfAny().map(read);
  const strings = (name: string) => reader.field(name).optional((value) => value.strings()) ?? {};
  return {
    path: reader.path,
    options: readProjectOptions(reader),
    files: list('files', readFileObject),
    groups: list('groups', readGroupObject),
    webhooks: list('webhooks', readWebhook),
    conversions: list('conversions', readConversion),
    addonRuns: list('addon_runs', readAddonRun),
    imports: list('imports', readImportObject),
    savedUrls: strings('saved_urls'),
    contents: strings('contents'),
  };
}

function readProjectOptions(reader: ObjectReader): LoadedProject['options'] {
  const text = (name: string) => reader.field(name).optional((value) => value.string());
  const flag = (name: string) => reader.field(name).optional((value) => value.boolean());
  const collaborators = reader.field('collaborators').optional((value) =>
    value.items().map((person) => ({
      name: person.field('name').string(),
      email: person.field('email').string(),
    })),
  );
  const given = {
    secretKey: text('secret_key'),
    extraSecretKeys: reader
      .field('extra_secret_keys')
      .optional((value) => value.items().map((key) => key.string())),
    name: text('name'),
    autostore: flag('autostore_enabled'),
    signedUploads: flag('signed_uploads'),
    collaborators,
    remoteTargets: reader.field('remote_storages').optional((value) => value.strings()),
  };
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  return { publicKey: reader.field('pub_key').string(), ...Object.fromEntries(present) };
}

function readWebhook(reader: ObjectReader): Webhook {
  const micros = (name: string) => parseInstant(reader.field(name).instant()) ?? 0;
  return {
    id: reader.field('id').count(),
    createdAt: micros('created'),
    updatedAt: micros('updated'),
    event: reader.field('event').oneOf(WEBHOOK_EVENTS),
    targetUrl: reader.field('target_url').string(),
    isActive: reader.field('is_active').optional((value) => value.boolean()) ?? true,
    signingSecret: reader.field('signing_secret').nullable((value) => value.string()),
    version: reader.field('version').optional((value) => value.oneOf(['0.6', '0.7'])) ?? '0.7',
  };
}

function readConversion(reader: ObjectReader): GivenConversion {
  const result = reader.field('result');
  const group = result.field('thumbnails_group_uuid').optional((value) => value.string());
  return {
    kind: reader.field('kind').oneOf(['document', 'video']),
    token: reader.field('token').count(),
    status: reader.field('status').oneOf(CONVERSION_STATUSES),
    error: reader.field('error').nullable((value) => value.string()),
    uuid: result.field('uuid').uuid(),
    ...(group === undefined ? {} : { thumbnailsGroup: group }),
  };
}

function readAddonRun(reader: ObjectReader): LoadedAddonRun {
  const result = reader.field('result');
  return {
    addon: reader.field('addon').oneOf(ADDONS),
    requestId: reader.field('request_id').uuid(),
    status: reader.field('status').oneOf(ADDON_STATUSES),
    resultUuid: result.nullable((value) => value.field('file_id').uuid()),
  };
}
