import { describe, expect, test } from 'vitest';
import { sanitisedName } from '../../src/emulator/core/sanitised-name.ts';
import { createEmulator, type Emulator, type FileSpec } from '../../src/emulator/emulator.ts';
import {
  type Interaction,
  type Recording,
  readRecordings,
  showsTags,
  versionOf,
} from './recordings.ts';

interface RecordedFile {
  uuid: string;
  original_filename: string;
  original_file_url: string | null;
  datetime_uploaded: string;
  datetime_stored: string | null;
  datetime_removed: string | null;
  mime_type: string;
  size: number;
  is_image: boolean | null;
  is_ready: boolean;
  variations?: Record<string, string> | null;
  content_info?: object | null;
  metadata?: Record<string, string>;
  tags?: string[];
  appdata?: object;
}

interface RecordedPage {
  next: string | null;
  previous: string | null;
  total: number;
  totals?: object;
  per_page: number;
  results: RecordedFile[];
}

const recordings = readRecordings();
// Only these fields are in v0.7 and in older versions alike.
const OLD_FIELDS = new Set(['image_info', 'video_info', 'source', 'rekognition_info']);
function emulate(files: readonly RecordedFile[], recordedAt: string, options = {}): Emulator {
  const emulator = createEmulator({
    clock: { now: () => Date.parse(recordedAt) },
    origin: 'https://api.uploadcare.com',
    unstoredLifetimeMs: null,
    ...options,
  });
  for (const file of files) emulator.projects[0]?.addFile(specOf(file));
  return emulator;
}

function specOf(file: RecordedFile): FileSpec {
  const urlName = file.original_file_url?.split('/').at(-1);
  // A converted document had no name when its URL was made (api 2.1).
  const isNameless = urlName?.startsWith('noroot') ?? false;
  return {
    uuid: file.uuid,
    name: file.original_filename,
    ...(isNameless && urlName !== undefined ? { urlName } : {}),
    mimeType: file.mime_type,
    size: file.size,
    isImage: file.is_image,
    isReady: file.is_ready,
    uploadedAt: file.datetime_uploaded,
    storedAt: file.datetime_stored,
    removedAt: file.datetime_removed,
    variations: file.variations ?? null,
    contentInfo: file.content_info ?? null,
    metadata: file.metadata ?? {},
    tags: file.tags ?? [],
    appdata: file.appdata ?? {},
  };
}

function send(emulator: Emulator, { request }: Interaction, target = targetOf(request.url)) {
  const answer = emulator.handle({
    method: request.method,
    target,
    headers: {
      accept: 'application/vnd.uploadcare-v0.7+json',
      'content-type': 'application/json',
      authorization: 'Uploadcare.Simple demopublickey:demosecretkey',
    },
    body: request.body === null ? '' : JSON.stringify(request.body),
  });
  return { ...answer, json: JSON.parse(String(answer.body)) };
}

function targetOf(url: string): string {
  return url.replace(/^https?:\/\/[^/]+\/?/, '/');
}

function expectHeaders(actual: Record<string, string>, interaction: Interaction): void {
  const { headers } = interaction.response;
  if (versionOf(interaction) !== '0.7') return;
  expect(actual['content-type']).toBe(headers['content-type']);
  if (headers['allow'] !== undefined) expect(actual['allow']).toBe(headers['allow']);
}

// What the recorded version has in common with v0.7, in the recorded order where it is v0.7. A
// file's own details were recorded with their keys in several orders.
function expectFile(actual: object, recorded: RecordedFile, version: string | undefined): void {
  const common = Object.entries(recorded).filter(([field]) => !OLD_FIELDS.has(field));
  expect(actual).toMatchObject(Object.fromEntries(common));
  const isWhole = version === '0.7' && recorded.content_info !== undefined;
  if (isWhole) expect(Object.keys(actual)).toEqual(common.map(([field]) => field));
}

function each(wanted: (interaction: Interaction) => boolean) {
  return recordings.flatMap(({ name, interactions }) =>
    interactions
      .map((interaction, position) => ({ title: `${name} #${position}`, interaction }))
      .filter(({ interaction }) => interaction.trust === 'as-recorded' && wanted(interaction)),
  );
}

// One answer at a time is replayed in emulator-rest-replay.test.ts; this goes from page to page.
describe.skipIf(recordings.length === 0)('recorded walks, followed from link to link', () => {
  test.each(recordings.filter(isWalk))('a walk: $name', ({ interactions }) => {
    replayWalk(linked(interactions.filter(isPage)));
  });
});

// The pages from the first one on that were reached by a link of the page before.
function linked(pages: readonly Interaction[]): Interaction[] {
  const isFollowed = (at: number) => {
    const { next, previous } = Object(pages[at - 1]?.response.body) as RecordedPage;
    const sorted = (link: string | null) =>
      link === null ? '' : [...new URL(link).searchParams].sort().join('&');
    return [next, previous].map(sorted).includes(sorted(pages[at]?.request.url ?? null));
  };
  const end = pages.findIndex((_, at) => at > 0 && !isFollowed(at));
  return pages.slice(0, end < 0 ? pages.length : end);
}

function isPage({ endpoint, response, request }: Interaction): boolean {
  const isBySize = request.url.includes('ordering=size');
  if (endpoint !== 'GET /files/' || response.status !== 200 || isBySize) return false;
  const { next, results, per_page: limit } = response.body as RecordedPage;
  // Some were shortened when they were collected.
  return next === null || results.length === limit;
}

function isWalk({ interactions }: Recording): boolean {
  return interactions.some((one) => isPage(one) && one.trust === 'as-recorded');
}

function replayWalk(interactions: readonly Interaction[]): void {
  const first = interactions[0];
  if (first === undefined) throw new Error('A recorded walk has no page');
  const pages = interactions.map(({ response }) => response.body as RecordedPage);
  const emulator = emulate(filesAround(pages, first), first.recordedAt, {
    tagsInFiles: interactions.some(showsTags),
  });
  let target = targetOf(first.request.url);
  for (const [position, interaction] of interactions.entries()) {
    const recorded = pages[position] as RecordedPage;
    const { json, headers } = send(emulator, interaction, target);
    expectHeaders(headers, interaction);
    expect(json.per_page).toBe(recorded.per_page);
    expectLink(json.next, recorded.next, interaction);
    expectLink(json.previous, recorded.previous, interaction);
    expect(json.results).toHaveLength(recorded.results.length);
    for (const [place, file] of recorded.results.entries()) {
      expectFile(json.results[place], file, versionOf(interaction));
    }
    if (json.next === null && pages.length > 1 && recorded.totals !== undefined) {
      expect(json).toMatchObject({ total: recorded.total, totals: recorded.totals });
    }
    target = linkFollowed(json, interactions[position + 1]);
  }
}

// The recorder sorted the queries it kept; the link that was followed has them in order.
function linkFollowed(page: RecordedPage, next: Interaction | undefined): string {
  const isBack = next?.request.url.includes('to=') ?? false;
  return targetOf((isBack ? page.previous : page.next) ?? '');
}

// All recorded files, and one beyond the last page where the service had more.
function filesAround(pages: readonly RecordedPage[], first: Interaction): RecordedFile[] {
  const files = new Map(pages.flatMap((page) => page.results).map((file) => [file.uuid, file]));
  const isDescending = first.request.url.includes('ordering=-');
  const all = [...files.values()].sort((a, b) =>
    a.datetime_uploaded < b.datetime_uploaded ? -1 : 1,
  );
  const edge = isDescending ? all[0] : all.at(-1);
  const isMore = pages.some(
    (page) => page.next !== null && page.results.some(({ uuid }) => uuid === edge?.uuid),
  );
  if (!isMore || edge === undefined) return all;
  const beyond = Date.parse(edge.datetime_uploaded) + (isDescending ? -1000 : 1000);
  const filler = { uuid: '00000000-0000-4000-8000-000000000000' };
  return [...all, { ...edge, ...filler, datetime_uploaded: new Date(beyond).toISOString() }];
}

// Before 2021 the service gave the same parameters in another order (api 1.7).
function expectLink(actual: string | null, recorded: string | null, at: Interaction): void {
  if (actual === null || recorded === null || at.recordedAt >= '2021') {
    expect(actual).toBe(recorded);
    return;
  }
  const parameters = (link: string) => [...new URL(link).searchParams].sort().join('&');
  expect(parameters(actual)).toBe(parameters(recorded));
}

test('no recorded name is sanitised otherwise than the service did it', () => {
  const wrong = each(({ endpoint }) => endpoint.includes('/files/'))
    .flatMap(({ interaction }) => filesIn(interaction.response.body))
    .map((file) => [file.original_filename, file.original_file_url?.split('/').at(-1)] as const)
    .filter(([, urlName]) => urlName !== undefined && !urlName.startsWith('noroot'))
    .filter(([name, urlName]) => sanitisedName(name) !== urlName);
  expect(wrong).toEqual([]);
});

function filesIn(body: unknown): RecordedFile[] {
  if (typeof body !== 'object' || body === null) return [];
  const { results, original_filename: name } = body as Partial<RecordedPage & RecordedFile>;
  if (Array.isArray(results)) return results;
  return name === undefined ? [] : [body as RecordedFile];
}
