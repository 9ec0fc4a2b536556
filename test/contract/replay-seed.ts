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
  'POST /files/local_copy/': (one) => {
    const { original_filename: name } = (bodyOf(one)['result'] ?? {}) as Json;
    return { files: [simpleFile(uuidIn(sentBy(one)['source']), String(name))] };
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
  if (endpoint.startsWith('POST /addons/') && target !== '') {
    return { files: [{ ...simpleFile(target, 'a.jpg'), is_image: true }] };
  }
  if (endpoint.includes('execute/status') && response.status === 200) {
    const url = new URL(request.url);
    const addon = url.pathname.split('/')[2];
    return {
      addon_runs: [{ addon, request_id: url.searchParams.get('request_id'), ...bodyOf(one) }],
    };
  }
  const uuid = uuidIn(request.url);
  const isKeyUnknown = endpoint.includes('{key}') && uuid !== '';
  return isKeyUnknown ? { files: [simpleFile(uuid, 'a.txt')] } : {};
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
  const [before, last] = results.slice(-2);
  const count = leftOutCount(one);
  if (count <= 0 || before === undefined || last === undefined) return [];
  const [start, end] = [before, last].map((file) => Date.parse(String(file['datetime_uploaded'])));
  const step = ((end ?? 0) - (start ?? 0)) / (count + 1);
  return Array.from({ length: count }, (_, place) => ({
    ...fileOf(last),
    uuid: `${STAND_IN}${String(place).padStart(12, '0')}`,
    datetime_uploaded: new Date((start ?? 0) + step * (place + 1)).toISOString(),
  }));
}

function pageOfGroups(one: Interaction): Seed {
  const { results, next } = bodyOf(one) as { results: Json[]; next: string | null };
  const groups = results.map(groupOf);
  const isDescending = one.request.url.includes('ordering=-');
  const edge = groups.at(-1);
  if (next === null || edge === undefined) return { groups };
  const beyond = Date.parse(String(edge['datetime_created'])) + (isDescending ? -1000 : 1000);
  const filler = { id: `${FILLER}~1`, datetime_created: new Date(beyond).toISOString() };
  return { groups: [...groups, { ...filler, files: [null] }] };
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
  return {
    files: paths.map((path) => {
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
