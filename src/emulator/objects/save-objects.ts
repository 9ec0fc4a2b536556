import { fileJson, type WireOrigins } from '../files/file-json.ts';
import { FileWalk } from '../files/file-walk.ts';
import { groupHead } from '../files/group-json.ts';
import type { EmulatedGroup } from '../files/project-groups.ts';
import type { EmulatedProject } from '../project/emulated-project.ts';
import type { ServiceOrigins } from '../project/service-origins.ts';
import type { EmulatorClock } from '../time/emulator-clock.ts';
import type { UploadProject } from '../upload/upload-project.ts';
import type { UploadService } from '../upload/upload-service.ts';
import { importStatusAt } from '../upload/url-imports.ts';
import { webhookJson } from '../webhooks/webhook-event.ts';

/** The parts of the emulator that `save` reads. */
interface SavedState {
  readonly clock: EmulatorClock;
  readonly uploads: UploadService;
  readonly origins: ServiceOrigins;
  /** Carries out everything that is due by `now`, in microseconds since 1970. */
  settle(now: number): void;
}

interface Saving {
  readonly upload: UploadProject;
  readonly project: EmulatedProject;
  readonly origins: WireOrigins;
  readonly now: number;
}

/** Returns the content of an emulator as pieces of JSON text. Only one piece is in memory at a time. */
export function* savedObjects(state: SavedState): Generator<string> {
  const now = state.clock.uniqueMicros();
  state.settle(now);
  yield '{"projects":[';
  let isFirst = true;
  for (const upload of state.uploads.projectsByKey.values()) {
    const { project } = upload;
    const origins = state.origins.forProject(project.publicKey);
    yield `${isFirst ? '' : ','}\n${head(upload)}`;
    yield* projectLists({ upload, project, origins, now });
    yield* contents(state, project);
    isFirst = false;
  }
  yield '\n]}\n';
}

// The JSON text of the project's own fields, without the closing brace. The lists of objects follow it.
function head({ project, settings }: UploadProject): string {
  const extraKeys = project.secretKeys.slice(1);
  const fields = {
    pub_key: project.publicKey,
    secret_key: project.secretKey,
    ...(extraKeys.length === 0 ? {} : { extra_secret_keys: extraKeys }),
    name: project.name,
    autostore_enabled: project.isAutostored,
    collaborators: project.collaborators,
    remote_storages: Object.fromEntries(project.remoteTargets),
    signed_uploads: settings.signedUploads,
  };
  return JSON.stringify(fields).slice(0, -1);
}

function* projectLists(saving: Saving): Generator<string> {
  const { project, upload } = saving;
  yield* list('files', fileTexts(saving));
  yield* list(
    'groups',
    texts(project.groups.list(), (group) => groupText(group, saving)),
  );
  const hooks = project.webhooks.list();
  yield* list(
    'webhooks',
    texts(hooks, (hook) => stringify(webhookJson(hook, project.id, '0.7'))),
  );
  yield* list('conversions', conversionTexts(saving));
  yield* list('addon_runs', addonTexts(saving));
  yield* list('imports', importTexts(saving));
  yield `,\n"saved_urls":${stringify(Object.fromEntries(upload.imports.savedUrls()))}`;
}

// Returns the existing files, then the removed files. In each of these two parts, files are ordered from old
// to new, as in a listing.
function* fileTexts({ project, origins }: Saving): Generator<string> {
  for (const kind of ['existing', 'removed'] as const) {
    const walk = new FileWalk(project.files, { kind, step: 1, after: null });
    for (let ref = walk.next(); ref !== undefined; ref = walk.next()) {
      const file = project.files.describe(ref);
      yield fileJson(file, origins, 'appdata', file.tags !== undefined);
    }
  }
}

function groupText(group: EmulatedGroup, { project, origins }: Saving): string {
  const { files } = project;
  const head = {
    ...groupHead(group, origins, 'with-stored'),
    files: group.members.map((member) =>
      member === null || files.find(member.uuid) === undefined
        ? null
        : { uuid: member.uuid, default_effects: member.effects },
    ),
  };
  return stringify(head);
}

function* conversionTexts({ project, now }: Saving): Generator<string> {
  for (const { kind, token, status, error, uuid, thumbnailsGroup } of project.conversions.list(
    now,
  )) {
    const group = thumbnailsGroup === null ? {} : { thumbnails_group_uuid: thumbnailsGroup };
    yield stringify({ kind, token, status, error, result: { uuid, ...group } });
  }
}

function* addonTexts({ project, now }: Saving): Generator<string> {
  for (const { addon, requestId, status, resultUuid } of project.addonRuns.list(now)) {
    const result = resultUuid === null ? {} : { result: { file_id: resultUuid } };
    yield stringify({ addon, request_id: requestId, status, ...result });
  }
}

// Saves only imports that have ended, because the API has no JSON format for an unfinished import.
function* importTexts({ upload, now }: Saving): Generator<string> {
  for (const entry of upload.imports.list()) {
    const { token, url: source_url } = entry;
    const status = importStatusAt(entry, now);
    if (status.kind === 'success') {
      yield stringify({ token, source_url, status: 'success', uuid: status.uuid });
    }
    if (status.kind === 'error') {
      const { message: error, code: error_code } = status;
      yield stringify({ token, source_url, status: 'error', error, error_code });
    }
  }
}

function* contents({ uploads }: SavedState, { files }: EmulatedProject): Generator<string> {
  yield ',\n"contents":{';
  let separator = '';
  for (const [uuid, bytes] of uploads.originals.kept()) {
    if (files.find(uuid) === undefined) continue;
    yield `${separator}\n"${uuid}":"${bytes.toString('base64')}"`;
    separator = ',';
  }
  yield '}}';
}

function* list(name: string, items: Iterable<string>): Generator<string> {
  yield `,\n"${name}":[`;
  let separator = '\n';
  for (const item of items) {
    yield separator + item;
    separator = ',\n';
  }
  yield ']';
}

function* texts<Item>(items: Iterable<Item>, write: (item: Item) => string): Generator<string> {
  for (const item of items) yield write(item);
}

function stringify(value: object): string {
  return JSON.stringify(value);
}
