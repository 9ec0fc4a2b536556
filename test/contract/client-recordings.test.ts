import { expect, test } from 'vitest';
import { toFailure } from '../../src/core/failure.ts';
import { parseFileUuid } from '../../src/core/file-uuid.ts';
import { parseGroupId } from '../../src/core/group-id.ts';
import { PART_STORAGE, REST_V06, REST_V07, UPLOAD_API } from '../../src/transport/api-dialect.ts';
import { createTransport } from '../../src/transport/create-transport.ts';
import { OPEN_GATE } from '../../src/transport/open-gate.ts';
import type { SendPermit } from '../../src/transport/send.ts';
import { parseCredentials } from '../../src/uploadcare/credentials.ts';
import { createRestClient, type RestClient } from '../../src/uploadcare/rest-client.ts';
import { createUploadClient, type UploadClient } from '../../src/uploadcare/upload-client.ts';
import { parseDirectUpload } from '../../src/uploadcare/wire/uploaded-answer.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { answers, scriptedHttp } from '../support/scripted-http.ts';
import { type Interaction, readRecordings, versionOf } from './recordings.ts';

// Recorded answers of the service, given to our client: what we use of each must come through.

const REST = 'https://api.uploadcare.com';
const UUID = parseFileUuid('740e1b8c-1ad8-4324-b7ec-112c79d8eac2');
const GROUP = parseGroupId('740e1b8c-1ad8-4324-b7ec-112c79d8eac2~2');
const signal = new AbortController().signal;
const permit: SendPermit = { signal, beforeSend: async () => {} };

/** What is not replayed, and why. */
const EXCEPTIONS: readonly (readonly [RegExp, string])[] = [
  [/^(PUT|DELETE) \/files\/\{uuid\}\/storage\/ /, 'ucbulk stores and deletes in batches only'],
  [/^POST \/webhooks\/unsubscribe\/ 204/, 'v0.5: v0.7 has DELETE'],
  [/^PUT \/groups\/\{group\}\/storage\//, 'not in v0.7'],
  [/^POST \/files\/ /, 'not in v0.7: copies have endpoints of their own'],
  [/^DELETE \/files\/\{uuid\}\/ /, 'not in v0.7: `storage/` is deleted'],
  [/^POST \/webhooks\/\{id\}\/ /, 'v0.5: v0.7 has PUT'],
];

interface Clients {
  readonly rest: RestClient;
  readonly upload: UploadClient;
}

// biome-ignore lint/suspicious/noExplicitAny: a recorded body may be anything.
type Body = any;

interface Replay {
  readonly call: (clients: Clients, interaction: Interaction) => Promise<unknown>;
  /** What must be in the result, taken from the recorded body by other code than the client's. */
  readonly expected: (body: Body) => unknown;
}

function fileOf(file: Body) {
  return {
    uuid: file.uuid,
    filename: file.original_filename ?? '',
    size: file.size,
    mimeType: mimeTypeOf(file),
    isImage: file.is_image,
    isReady: file.is_ready,
    uploadedAt: msOf(file.datetime_uploaded),
    storedAt: msOf(file.datetime_stored),
    removedAt: msOf(file.datetime_removed),
    metadata: file.metadata ?? {},
  };
}

// Unknown while the service looks at a file: empty, or what stands for anything.
function mimeTypeOf({ mime_type: type, is_image: isImage }: Body): string | null {
  const isUnknown = !type || (isImage === null && type === 'application/octet-stream');
  return isUnknown ? null : type;
}

function detailsOf(file: Body) {
  return {
    ...fileOf(file),
    originalFileUrl: file.original_file_url,
    image: file.content_info?.image ?? file.image_info ?? null,
    video: file.content_info?.video ?? file.video_info ?? null,
    variations: file.variations ?? null,
    appdata: new Map(
      Object.entries<Body>(file.appdata ?? {}).map(([name, app]) => [
        name,
        {
          data: app.data,
          version: app.version,
          createdAt: msOf(app.datetime_created),
          updatedAt: msOf(app.datetime_updated),
        },
      ]),
    ),
  };
}

function uploadedOf(file: Body) {
  return {
    uuid: file.uuid,
    filename: file.original_filename ?? '',
    size: file.size,
    mimeType: file.mime_type,
    isStored: file.is_stored,
    isReady: file.is_ready,
    metadata: file.metadata ?? {},
  };
}

function uploadedGroupOf(group: Body) {
  return {
    id: group.id,
    createdAt: msOf(group.datetime_created),
    filesCount: group.files_count,
    files: group.files.map((file: Body) => (file === null ? null : uploadedOf(file))),
  };
}

function groupOf(group: Body) {
  return { id: group.id, createdAt: msOf(group.datetime_created), filesCount: group.files_count };
}

function msOf(text: string | null): number | null {
  return text === null ? null : new Date(text).getTime();
}

function nextOf(body: Body): string | null {
  return body.next === null ? null : body.next.slice(REST.length);
}

function batchOf(body: Body) {
  return {
    files: body.result.map((file: Body) => ({
      uuid: file.uuid,
      storedAt: msOf(file.datetime_stored),
      removedAt: msOf(file.datetime_removed),
    })),
    problems: new Map(Object.entries(body.problems)),
  };
}

function hookOf(hook: Body) {
  return {
    id: hook.id,
    event: hook.event,
    targetUrl: hook.target_url,
    isActive: hook.is_active,
    signingSecret: hook.signing_secret,
    createdAt: msOf(hook.created),
    updatedAt: msOf(hook.updated),
  };
}

function statusOf(body: Body) {
  return {
    state: body.status,
    error: body.error,
    uuid: body.result.uuid,
    thumbnailsGroup: body.result.thumbnails_group_uuid ?? null,
  };
}

/** The paths that were sent, each with what came of it. */
function conversionCall(kind: 'document' | 'video'): Replay['call'] {
  return async ({ rest }, { request, response }) => {
    const { paths } = request.body as { paths: string[] };
    const results = await rest.conversions.start(kind, { paths }, permit);
    const { result, problems } = response.body as Body;
    for (const [place, path] of paths.entries()) {
      const one = result.find((started: Body) => started.original_source === path);
      const expected =
        one === undefined
          ? { kind: 'problem', message: problems[path] }
          : {
              kind: 'started',
              conversion: {
                source: path,
                token: String(one.token),
                uuid: one.uuid,
                thumbnailsGroup: one.thumbnails_group_uuid ?? null,
              },
            };
      expect(results[place]).toEqual(expected);
    }
    return results.length;
  };
}

const store = { store: 'auto' } as const;
const bytes = {
  size: 1,
  open: async function* () {
    yield new Uint8Array(1);
  },
};
const addon = (
  name:
    | 'uc_clamav_virus_scan'
    | 'remove_bg'
    | 'aws_rekognition_detect_labels'
    | 'aws_rekognition_detect_moderation_labels',
): Replay => ({
  call: ({ rest }) => rest.addons.execute({ name }, UUID, permit),
  expected: (body) => ({ requestId: body.request_id, origin: 'body' }),
});
const addonState: Replay = {
  call: ({ rest }) => rest.addons.status('uc_clamav_virus_scan', UUID, signal),
  expected: (body) => ({ state: body.status, fileId: body.result?.file_id ?? null }),
};
const fromUrl: Replay = {
  call: ({ upload }) => upload.fromUrl.start({ ...store, sourceUrl: 'https://a.test/' }, permit),
  expected: (body) =>
    body.type === 'token'
      ? { kind: 'token', token: body.token }
      : { kind: 'file', file: uploadedOf(body) },
};
const createGroup: Replay = {
  call: ({ upload }) => upload.uploaded.createGroup([UUID], permit),
  expected: uploadedGroupOf,
};

/** Our client uploads one file a request; the answer for more is read all the same. */
const SEVERAL_FILES = 'POST upload:/base/ with several files';

const REPLAYS: Readonly<Record<string, Replay>> = {
  'GET /files/': {
    call: ({ rest }) => rest.files.listPage({ query: {} }, signal),
    expected: (body) => ({ files: body.results.map(fileOf), next: nextOf(body) }),
  },
  'GET /files/{uuid}/': {
    call: ({ rest }) => rest.files.fileDetails(UUID, { signal }),
    expected: detailsOf,
  },
  'PUT /files/storage/': {
    call: ({ rest }) => rest.files.storeBatch([UUID], permit),
    expected: batchOf,
  },
  'DELETE /files/storage/': {
    call: ({ rest }) => rest.files.deleteBatch([UUID], permit),
    expected: batchOf,
  },
  'POST /files/local_copy/': {
    call: ({ rest }) => rest.files.localCopy({ source: UUID, store: true }, permit),
    expected: ({ result }) => ({ uuid: result.uuid, storedAt: msOf(result.datetime_stored) }),
  },
  'POST /files/remote_copy/': {
    call: ({ rest }) =>
      rest.files.remoteCopy({ source: UUID, target: 'a', pattern: 'b', makePublic: true }, permit),
    expected: (body) => ({ url: body.result }),
  },
  'GET /files/{uuid}/metadata/': {
    call: ({ rest }) => rest.metadata.all(UUID, signal),
    expected: (body) => body,
  },
  'GET /files/{uuid}/metadata/{key}/': {
    call: ({ rest }) => rest.metadata.get({ uuid: UUID, key: 'a' }, signal),
    expected: (body) => body,
  },
  'PUT /files/{uuid}/metadata/{key}/': {
    call: ({ rest }, { response }) =>
      rest.metadata
        .set({ uuid: UUID, key: 'a' }, 'b', permit)
        .then(({ created }) => created === (response.status === 201)),
    expected: () => true,
  },
  'DELETE /files/{uuid}/metadata/{key}/': {
    call: ({ rest }) => rest.metadata.remove({ uuid: UUID, key: 'a' }, permit),
    expected: () => ({ existed: true }),
  },
  'GET /groups/': {
    call: ({ rest }) => rest.groups.listPage({ query: {} }, signal),
    expected: (body) => ({ groups: body.results.map(groupOf), next: nextOf(body) }),
  },
  'GET /groups/{group}/': {
    call: ({ rest }) => rest.groups.details(GROUP, signal),
    expected: (body) => ({
      ...groupOf(body),
      files: body.files.map((file: Body) =>
        file === null ? null : { ...fileOf(file), defaultEffects: file.default_effects },
      ),
    }),
  },
  'DELETE /groups/{group}/': {
    call: ({ rest }) => rest.groups.remove(GROUP, permit),
    expected: () => ({ existed: true }),
  },
  'POST /convert/document/': {
    call: conversionCall('document'),
    expected: ({ result, problems }) => result.length + Object.keys(problems).length,
  },
  'POST /convert/video/': {
    call: conversionCall('video'),
    expected: ({ result, problems }) => result.length + Object.keys(problems).length,
  },
  'GET /convert/document/status/{token}/': {
    call: ({ rest }) => rest.conversions.status('document', '1', signal),
    expected: statusOf,
  },
  'GET /convert/video/status/{token}/': {
    call: ({ rest }) => rest.conversions.status('video', '1', signal),
    expected: statusOf,
  },
  'GET /convert/document/{uuid}/': {
    call: ({ rest }) => rest.conversions.documentInfo(UUID, signal),
    expected: ({ error, format }) => ({
      error,
      format: format.name,
      formats: format.conversion_formats.map(({ name }: Body) => name),
      groups: new Map(Object.entries(format.converted_groups ?? {})),
    }),
  },
  'POST /addons/uc_clamav_virus_scan/execute/': addon('uc_clamav_virus_scan'),
  'POST /addons/remove_bg/execute/': addon('remove_bg'),
  'POST /addons/aws_rekognition_detect_labels/execute/': addon('aws_rekognition_detect_labels'),
  'POST /addons/aws_rekognition_detect_moderation_labels/execute/': addon(
    'aws_rekognition_detect_moderation_labels',
  ),
  'GET /addons/uc_clamav_virus_scan/execute/status/': addonState,
  'GET /addons/aws_rekognition_detect_labels/execute/status/': addonState,
  'GET /addons/aws_rekognition_detect_moderation_labels/execute/status/': addonState,
  'GET /addons/remove_bg/execute/status/': addonState,
  'GET /files/{uuid}/tags/': {
    call: ({ rest }) => rest.tags.get(UUID, signal),
    expected: ({ tags }) => tags,
  },
  'PUT /files/{uuid}/tags/': {
    call: ({ rest }) => rest.tags.put(UUID, ['a'], permit),
    expected: ({ tags }) => ({ tags }),
  },
  'PATCH /files/{uuid}/tags/': {
    call: ({ rest }) => rest.tags.patch(UUID, { add: ['a'] } as never, permit),
    expected: ({ tags }) => ({ tags }),
  },
  'POST /files/search/': {
    call: ({ rest }) =>
      rest.search.find(
        { search: { query: 'word' } as never, sort: ['size'], limit: 10, offset: 0 },
        signal,
      ),
    expected: (body) => ({ files: body.results.map(fileOf) }),
  },
  'GET /webhooks/': {
    call: ({ rest }) => rest.webhooks.list(signal),
    expected: (body) => body.map(hookOf),
  },
  'POST /webhooks/': {
    call: ({ rest }) =>
      rest.webhooks.create({ targetUrl: 'https://a.test/', event: 'file.uploaded' }, permit),
    expected: (body) => ({ kind: 'created', webhook: hookOf(body) }),
  },
  'PUT /webhooks/{id}/': {
    call: ({ rest }) => rest.webhooks.update(1, { isActive: false }, permit),
    expected: hookOf,
  },
  'DELETE /webhooks/{id}/': {
    call: ({ rest }) => rest.webhooks.remove(1, permit),
    expected: () => ({ existed: true }),
  },
  'DELETE /webhooks/unsubscribe/': {
    call: ({ rest }) => rest.webhooks.unsubscribe('https://a.test/', permit),
    expected: () => undefined,
  },
  'GET /project/': {
    call: ({ rest }) => rest.project.info(signal),
    expected: (body) => ({
      name: body.name,
      publicKey: body.pub_key,
      autostore: body.autostore_enabled,
    }),
  },
  'POST upload:/base/': {
    call: ({ upload }) =>
      upload.direct.upload({ filename: 'a', contentType: 'a/b', bytes }, store, permit),
    expected: (body) => Object.values(body)[0],
  },
  [SEVERAL_FILES]: {
    call: async (_, { response }) =>
      parseDirectUpload(
        { method: 'POST', target: '/base/', mutates: true },
        { status: 200, headers: {}, body: response.body as Body, requestId: undefined },
      ),
    expected: (body) => new Map(Object.entries(body)),
  },
  'POST upload:/multipart/start/': {
    call: ({ upload }, { request }) => {
      const { $form = [], $multipart = [] } = request.body as Body;
      const fields = $multipart.map(({ name, value }: Body) => [name, value]);
      const size = Number(new Map([...$form, ...fields]).get('size'));
      return upload.multipart.start({ filename: 'a', contentType: 'a/b', size }, store, signal);
    },
    expected: (body) => body,
  },
  'POST upload:/multipart/complete/': {
    call: ({ upload }) => upload.multipart.complete(UUID, permit),
    expected: uploadedOf,
  },
  'PUT <presigned part url>': {
    call: ({ upload }, { request }) =>
      upload.multipart.putPart({ url: request.url, contentType: 'a/b', bytes }, signal),
    expected: () => undefined,
  },
  'POST upload:/from_url/': fromUrl,
  'GET upload:/from_url/': fromUrl,
  'GET upload:/from_url/status/': {
    call: ({ upload }) => upload.fromUrl.status('t', signal),
    expected: (body) =>
      body.status === 'success'
        ? { state: 'success', file: uploadedOf(body) }
        : { state: body.status },
  },
  'POST upload:/group/': createGroup,
  'POST upload:/group//': createGroup,
  'GET upload:/group/info/': {
    call: ({ upload }) => upload.uploaded.group(GROUP, signal),
    expected: uploadedGroupOf,
  },
  'GET upload:/info/': {
    call: ({ upload }) => upload.uploaded.file(UUID, signal),
    expected: uploadedOf,
  },
};

const ALREADY = 'File is already uploaded.';

function toldError(body: unknown): { content: string; status_code: number } | undefined {
  const { error } = Object(body);
  return typeof error === 'object' && error !== null ? error : undefined;
}

function isAlready(body: unknown): boolean {
  return toldError(body)?.content === ALREADY;
}

function clientsFor({ response }: Interaction): Clients {
  const isText = /text\//.test(response.headers['content-type'] ?? '');
  const { body } = response;
  const text = body === null ? '' : isText ? String(body) : JSON.stringify(body);
  const recorded = answers(response.status, text, { ...response.headers });
  const { http } = scriptedHttp(
    recorded,
    isAlready(body) ? answers(200, { uuid: UUID }) : recorded,
  );
  const world = { http, clock: new FakeClock(), random: () => 0.5, crash: () => {} };
  const base = { world, gate: OPEN_GATE, userAgent: 'test', limits: { maxTries: 1 } };
  const isOld = /v0\.6\+json/.test(response.headers['content-type'] ?? '');
  const dialect = isOld ? REST_V06 : REST_V07;
  const signer = () => ({});
  const rest = createTransport({ ...base, origin: REST, signer, dialect });
  const origin = 'https://upload.uploadcare.com';
  const upload = createTransport({ ...base, origin, signer: null, dialect: UPLOAD_API });
  const parts = createTransport({ ...base, origin, signer: null, dialect: PART_STORAGE });
  const { publicKey } = parseCredentials('demopublickey', 'demosecretkey');
  return {
    rest: createRestClient(rest.send, { origin: REST }),
    upload: createUploadClient({
      send: upload.send,
      sendPart: parts.send,
      origin,
      publicKey,
      sign: null,
      random: () => 0.5,
    }),
  };
}

function isReplayed(interaction: Interaction): boolean {
  const { endpoint, response, trust } = interaction;
  if (trust !== 'as-recorded' || versionOf(interaction) === '0.5') return false;
  return !EXCEPTIONS.some(([pattern]) => pattern.test(`${endpoint} ${response.status}`));
}

const interactions = readRecordings().flatMap(({ name, interactions: all }) =>
  all.map((interaction, place) => ({ interaction, title: `${name}[${place}]` })),
);
const replayed = interactions.filter(({ interaction }) => isReplayed(interaction));

test.runIf(process.env['UCBULK_REQUIRE_RECORDINGS'] === '1')(
  'there are recordings to replay',
  () => {
    expect(replayed.length).toBeGreaterThan(0);
  },
);

for (const { interaction, title } of replayed) {
  test(`${title}: ${interaction.endpoint} ${interaction.response.status} comes through`, () =>
    replay(interaction));
}

async function replay(interaction: Interaction): Promise<void> {
  const { endpoint, response } = interaction;
  const { body } = response;
  const isSeveral = endpoint === 'POST upload:/base/' && Object.keys(Object(body)).length > 1;
  const replayed = REPLAYS[isSeveral ? SEVERAL_FILES : endpoint];
  if (replayed === undefined) throw new Error(`No replay for ${endpoint}`);
  const called = replayed.call(clientsFor(interaction), interaction);
  const error = toldError(body);
  const status = error?.status_code ?? response.status;
  if (isAlready(body)) expect(await called).toMatchObject({ uuid: UUID });
  else if (status < 300) expectWhole(await called, replayed.expected(body as Body));
  else expectRefusal(await called.catch(toFailure), status, error?.content ?? Object(body).detail);
}

function expectWhole(result: unknown, expected: unknown): void {
  if (typeof expected === 'object' && expected !== null) expect(result).toMatchObject(expected);
  else expect(result).toEqual(expected);
}

/** A definite refusal, in the service's words; a 404 may also be told as "nothing there". */
function expectRefusal(result: unknown, status: number, detail: unknown): void {
  const isNothing = result === null || JSON.stringify(result) === '{"existed":false}';
  if (status === 404 && isNothing) return;
  expect(result).toMatchObject({ status, effect: 'none' });
  const failure = toFailure(result);
  expect(failure.kind).not.toBe('transient');
  if (typeof detail === 'string' && !detail.includes('Public key')) {
    expect(failure.message).toContain(detail);
  }
}
