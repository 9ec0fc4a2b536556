import { type Interaction, versionOf } from './recordings.ts';

/** A JSON object of a recording. */
export type Json = Readonly<Record<string, unknown>>;

/** What must be there before a recorded request, so that its answer can be as recorded. */
export interface Seed {
  readonly files?: readonly Json[];
  readonly groups?: readonly Json[];
  readonly webhooks?: readonly Json[];
  readonly conversions?: readonly Json[];
  readonly addon_runs?: readonly Json[];
  readonly name?: string;
  readonly collaborators?: unknown;
  readonly autostore_enabled?: unknown;
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
/** How the UUIDs of files begin that stand in for those a recording left out. */
export const STAND_IN = '00000000-0000-4000-9000-';
const FILLER = '00000000-0000-4000-8000-000000000000';
// A time this close to the request's was set by it; recordings have whole seconds.
const BY_REQUEST_MS = 3000;

/** The objects a recorded interaction shows, as they were before it. */
export function seedFor(interaction: Interaction): Seed {
  const { endpoint, response } = interaction;
  const found = Object.entries(SEEDS).find(([pattern]) => endpoint === pattern);
  if (found === undefined || response.status >= 400) return seedOfFailure(interaction);
  return found[1](interaction);
}

const SEEDS: Readonly<Record<string, (interaction: Interaction) => Seed>> = {
  'GET /files/': pageOfFiles,
  'GET /files/{uuid}/': (one) => ({ files: [fileOf(bodyOf(one))] }),
  'PUT /files/{uuid}/storage/': (one) => ({ files: [beforeStore(one, bodyOf(one))] }),
  'DELETE /files/{uuid}/storage/': (one) => ({ files: [beforeDelete(one, bodyOf(one))] }),
  'PUT /files/storage/': (one) => ({ files: resultOf(one).map((file) => beforeStore(one, file)) }),
  'DELETE /files/storage/': (one) => ({
    files: resultOf(one).map((file) => beforeDelete(one, file)),
  }),
  'POST /files/local_copy/': copySource,
  'POST /files/remote_copy/': copySource,
  'POST /files/': copySource,
  'DELETE /files/{uuid}/': (one) => ({ files: [beforeDelete(one, bodyOf(one))] }),
  'GET /files/{uuid}/tags/': (one) => ({ files: [withTags(one, tagsIn(one, 'tags'))] }),
  'PUT /files/{uuid}/tags/': tagsBefore,
  'PATCH /files/{uuid}/tags/': tagsBefore,
  'POST /files/search/': (one) => {
    const { results } = bodyOf(one) as { results: Json[] };
    return { files: results.map(({ highlight: _, ...file }) => file) };
  },
  'GET /files/{uuid}/metadata/': (one) => ({ files: [withMetadata(one, bodyOf(one))] }),
  'GET /files/{uuid}/metadata/{key}/': (one) => ({
    files: [withMetadata(one, { [keyOf(one)]: one.response.body })],
  }),
  'PUT /files/{uuid}/metadata/{key}/': (one) => ({
    files: [withMetadata(one, one.response.status === 201 ? {} : { [keyOf(one)]: 'before' })],
  }),
  'DELETE /files/{uuid}/metadata/{key}/': (one) => ({
    files: [withMetadata(one, { [keyOf(one)]: 'before' })],
  }),
  'GET /groups/': pageOfGroups,
  'GET /groups/{group}/': (one) => ({ groups: [groupOf(bodyOf(one))] }),
  'PUT /groups/{group}/storage/': (one) => ({
    groups: [
      groupOf(
        isAt(one, bodyOf(one)['datetime_stored'])
          ? { ...bodyOf(one), datetime_stored: null }
          : bodyOf(one),
      ),
    ],
  }),
  'DELETE /groups/{group}/': (one) => ({
    groups: [
      { id: one.request.url.split('/')[4], datetime_created: one.recordedAt, files: [null, null] },
    ],
  }),
  'POST /convert/document/': convertSources,
  'POST /convert/video/': convertSources,
  'GET /convert/document/status/{token}/': (one) => conversion(one, 'document'),
  'GET /convert/video/status/{token}/': (one) => conversion(one, 'video'),
  'GET /convert/document/{uuid}/': (one) => {
    const { name } = bodyOf(one)['format'] as Json;
    return { files: [simpleFile(uuidIn(one.request.url), `document.${String(name)}`)] };
  },
  'GET /webhooks/': (one) => ({ webhooks: one.response.body as Json[] }),
  'PUT /webhooks/{id}/': (one) => ({ webhooks: [{ ...bodyOf(one), is_active: true }] }),
  'DELETE /webhooks/{id}/': (one) => ({
    webhooks: [webhook(Number(one.request.url.split('/')[4]))],
  }),
  'GET /project/': (one) => {
    const { name, collaborators, autostore_enabled } = bodyOf(one);
    return { name: String(name), collaborators, autostore_enabled };
  },
};

function seedOfFailure(one: Interaction): Seed {
  const { endpoint, response, request } = one;
  const target = uuidIn(sentBy(one)['target']);
  // A 404 is of a file that is not there.
  if (endpoint.startsWith('POST /addons/') && target !== '' && response.status !== 404) {
    return { files: [{ ...simpleFile(target, 'a.jpg'), is_image: true }] };
  }
  if (endpoint.includes('execute/status') && response.status === 200) {
    const url = new URL(request.url);
    const addon = url.pathname.split('/')[2];
    return {
      addon_runs: [{ addon, request_id: url.searchParams.get('request_id'), ...bodyOf(one) }],
    };
  }
  if (endpoint.endsWith('_copy/')) return failedCopy(one);
  const uuid = uuidIn(request.url);
  const isKeyUnknown = endpoint.includes('{key}') && uuid !== '';
  return isKeyUnknown ? { files: [simpleFile(uuid, 'a.txt')] } : {};
}

// The source of a copy that was refused for another reason than its source.
function failedCopy(one: Interaction): Seed {
  const { detail = '' } = bodyOf(one) as { detail?: string };
  const uuid = uuidIn(sentBy(one)['source']);
  if (uuid === '' || detail.startsWith('Bad `source`')) return {};
  const isReady = !detail.includes('not ready');
  const size = detail.includes('large files') ? 6 * 1024 ** 3 : 5;
  return { files: [{ ...simpleFile(uuid, 'a.txt'), is_ready: isReady, size }] };
}

// The file that was copied: the name is that of the copy, or the end of its key.
function copySource(one: Interaction): Seed {
  const { result } = bodyOf(one);
  const name =
    typeof result === 'string'
      ? (result.split('/').at(-1) ?? '')
      : String((Object(result) as Json)['original_filename']);
  return { files: [simpleFile(uuidIn(sentBy(one)['source']), name)] };
}

function tagsBefore(one: Interaction): Seed {
  const added = new Set(tagsIn(one, 'added'));
  const kept = tagsIn(one, 'tags').filter((tag) => !added.has(tag));
  return { files: [withTags(one, [...kept, ...tagsIn(one, 'deleted')])] };
}

function tagsIn(one: Interaction, field: string): string[] {
  return (bodyOf(one)[field] ?? []) as string[];
}

function withTags(one: Interaction, tags: readonly string[]): Json {
  return { ...simpleFile(uuidIn(one.request.url), 'a.txt'), tags };
}

function pageOfFiles(one: Interaction): Seed {
  const { results, next } = bodyOf(one) as { results: Json[]; next: string | null };
  const files = results.map(fileOf);
  const isDescending = one.request.url.includes('ordering=-');
  const edge = files.at(-1);
  if (next === null || edge === undefined) return { files };
  // A page reached backwards has behind it the file whose key the link carries.
  const to = new URL(one.request.url).searchParams.get('to')?.replace('+00:00', 'Z');
  const beyond = Date.parse(String(edge['datetime_uploaded'])) + (isDescending ? -1000 : 1000);
  const filler = { uuid: FILLER, datetime_uploaded: to ?? new Date(beyond).toISOString() };
  return { files: [...files, ...leftOut(one), { ...edge, ...filler }] };
}

// How many items of a page were left out when it was collected.
function leftOutCount({ response }: Interaction): number {
  const { results, next, per_page: limit } = response.body as Json & { results: Json[] };
  return next === null ? 0 : Number(limit) - results.length;
}

// Stand-ins for what was left out of a page: what was kept is its beginning and its last file.
function leftOut(one: Interaction): Json[] {
  const { results } = bodyOf(one) as { results: Json[] };
  const last = results.at(-1);
  if (last === undefined) return [];
  return timesLeftOut(one, 'datetime_uploaded', results).map((datetime_uploaded, place) => ({
    ...fileOf(last),
    uuid: `${STAND_IN}${String(place).padStart(12, '0')}`,
    datetime_uploaded,
  }));
}

function pageOfGroups(one: Interaction): Seed {
  const { results, next } = bodyOf(one) as { results: Json[]; next: string | null };
  const groups = results.map(groupOf);
  const isDescending = one.request.url.includes('ordering=-');
  const edge = groups.at(-1);
  if (next === null || edge === undefined) return { groups };
  // A page reached backwards has behind it the group whose key the link carries.
  const to = new URL(one.request.url).searchParams.get('to')?.replace('+00:00', 'Z');
  const beyond = Date.parse(String(edge['datetime_created'])) + (isDescending ? -1000 : 1000);
  const filler = { id: `${FILLER}~1`, datetime_created: to ?? new Date(beyond).toISOString() };
  return { groups: [...groups, ...groupsLeftOut(one), { ...filler, files: [null] }] };
}

// Stand-ins for what was left out of a page of groups, between its beginning and its last one.
function groupsLeftOut(one: Interaction): Json[] {
  const { results } = bodyOf(one) as { results: Json[] };
  return timesLeftOut(one, 'datetime_created', results).map((datetime_created, place) => ({
    id: `${STAND_IN}${String(place).padStart(12, '0')}~1`,
    datetime_created,
    files: [null],
  }));
}

function timesLeftOut(one: Interaction, field: string, results: readonly Json[]): string[] {
  const [before, last] = results.slice(-2);
  const count = leftOutCount(one);
  if (count <= 0 || before === undefined || last === undefined) return [];
  const [start = 0, end = 0] = [before, last].map((item) => Date.parse(String(item[field])));
  const step = (end - start) / (count + 1);
  return Array.from({ length: count }, (_, place) =>
    new Date(start + step * (place + 1)).toISOString(),
  );
}

// A file as v0.7 has it; the details of an old one go to where v0.7 keeps them.
function fileOf(file: Json): Json {
  if (!('image_info' in file)) return file;
  const { image_info: image, video_info: video } = file;
  const content = { ...(image ? { image } : {}), ...(video ? { video } : {}) };
  const isLooked = file['is_image'] !== null;
  return { ...file, content_info: isLooked ? content : null, metadata: {} };
}

function beforeStore(one: Interaction, file: Json): Json {
  const isByRequest = isAt(one, file['datetime_stored']);
  return { ...fileOf(file), ...(isByRequest ? { datetime_stored: null } : {}) };
}

function beforeDelete(one: Interaction, file: Json): Json {
  const isByRequest = isAt(one, file['datetime_removed']);
  return { ...fileOf(file), ...(isByRequest ? { datetime_removed: null } : {}) };
}

function isAt(one: Interaction, instant: unknown): boolean {
  return Math.abs(Date.parse(String(instant)) - Date.parse(one.recordedAt)) < BY_REQUEST_MS;
}

function groupOf(group: Json): Json {
  const { files, files_count: count } = group as { files?: (Json | null)[]; files_count: number };
  const members = files ?? Array.from({ length: count }, () => null);
  return { ...group, files: members.map((file) => (file === null ? null : fileOf(file))) };
}

// What a path was made from; the recorded problems tell what it was.
function convertSources(one: Interaction): Seed {
  const { problems } = bodyOf(one) as { problems: Record<string, string> };
  const paths = sentBy(one)['paths'] as string[];
  const isThere = (path: string) => uuidIn(path) !== '' && problems[path] !== 'Not found.';
  return {
    files: paths.filter(isThere).map((path) => {
      const from = / (\w+) -> \w+$/.exec(problems[path] ?? '')?.[1];
      const isVideo = path.includes('/video/');
      const file = simpleFile(uuidIn(path), isVideo ? 'a.mp4' : `a.${from ?? anyFormat(path)}`);
      return isVideo ? { ...file, mime_type: 'video/mp4' } : file;
    }),
  };
}

function anyFormat(path: string): string {
  return path.includes('/format/pdf') ? 'docx' : 'pdf';
}

function conversion(one: Interaction, kind: string): Seed {
  const token = Number(one.request.url.split('/').at(-2));
  return { conversions: [{ kind, token, ...bodyOf(one) }] };
}

function withMetadata(one: Interaction, metadata: unknown): Json {
  return { ...simpleFile(uuidIn(one.request.url), 'a.txt'), metadata };
}

function simpleFile(uuid: string, name: string): Json {
  return {
    uuid,
    original_filename: name,
    size: 5,
    is_image: false,
    datetime_uploaded: '2020-01-01T00:00:00.000000Z',
    datetime_stored: '2020-01-01T00:00:01.000000Z',
    datetime_removed: null,
    variations: null,
  };
}

function webhook(id: number): Json {
  const instant = '2020-01-01T00:00:00.000000Z';
  const target_url = 'https://example.com/';
  return {
    id,
    created: instant,
    updated: instant,
    event: 'file.uploaded',
    target_url,
    signing_secret: null,
  };
}

function keyOf({ request }: Interaction): string {
  return decodeURIComponent(request.url.split('/').at(-2) ?? '');
}

function uuidIn(text: unknown): string {
  return UUID.exec(String(text))?.[0] ?? '';
}

function resultOf(one: Interaction): Json[] {
  return bodyOf(one)['result'] as Json[];
}

function bodyOf({ response }: Interaction): Json {
  return (response.body ?? {}) as Json;
}

function sentBy({ request }: Interaction): Json {
  return (request.body ?? {}) as Json;
}

/** The version an interaction was answered in; where the answer does not say, that of its time. */
export function replayedVersion(one: Interaction): string {
  const asked = /v([\d.]+)\+json/.exec(one.request.headers['accept'] ?? '')?.[1];
  return versionOf(one) ?? asked ?? (one.recordedAt < '2022-08-15' ? '0.6' : '0.7');
}
