import { expect, test } from 'vitest';
import { parseConversionPath } from '../../../../src/emulator/work/parse-conversion-path.ts';
import { setup, type WireFile } from '../emulator-caller.ts';

const DOC = '1b959c59-9605-4879-946f-08fdb5ea3e9d';
const VIDEO = '2b959c59-9605-4879-946f-08fdb5ea3e9d';
const TEXT = '3b959c59-9605-4879-946f-08fdb5ea3e9d';
const EXACT = { medianMs: 10_000, sigma: 0, pendingShare: 0.3 };

interface Started {
  result: {
    original_source: string;
    token: number;
    uuid: string;
    thumbnails_group_uuid?: string;
  }[];
  problems: Record<string, string>;
}

interface Status {
  status: string;
  error: string | null;
  result: { uuid: string };
}

function bundle(options = {}) {
  const parts = setup({ work: { convert_document: EXACT, convert_video: EXACT }, ...options });
  const project = parts.emulator.projects[0];
  project?.addFile({ uuid: DOC, name: 'report.pdf', mimeType: 'application/pdf' });
  project?.addFile({ uuid: VIDEO, name: 'clip.mp4', mimeType: 'video/mp4' });
  project?.addFile({ uuid: TEXT, name: 'notes.txt' });
  const convert = (kind: string, body: object) =>
    parts.call(`/convert/${kind}/`, { method: 'POST', body });
  const start = (kind: string, paths: string[], more = {}): Started =>
    JSON.parse(String(convert(kind, { paths, ...more }).body));
  const status = (kind: string, token: number | undefined) =>
    parts.json<Status>(`/convert/${kind}/status/${token}/`);
  const file = (uuid: string | undefined) => parts.json<WireFile>(`/files/${uuid}/`);
  return { ...parts, convert, start, status, file };
}

test('a document is pending, processing, finished; its output is there at once and ready at the end', () => {
  const { start, status, file, clock, convert } = bundle();
  const path = `${DOC}/document/-/format/png/-/page/1/`;
  expect(convert('document', { paths: [path] }).headers['content-type']).toBe('application/json');
  const [job] = start('document', [path], { store: '0' }).result;
  expect(job).toEqual({
    original_source: path,
    token: expect.any(Number),
    uuid: expect.any(String),
  });
  expect(file(job?.uuid)).toMatchObject({
    is_ready: false,
    is_image: null,
    mime_type: '',
    original_filename: '',
    original_file_url: null,
    size: 0,
    datetime_stored: null,
  });
  const seen = () => status('document', job?.token);
  expect(seen()).toEqual({ status: 'pending', error: null, result: { uuid: job?.uuid } });
  clock.ms += 3001;
  expect(seen().status).toBe('processing');
  clock.ms += 6998;
  expect(seen().status).toBe('processing');
  clock.ms += 2;
  expect(seen().status).toBe('finished');
  expect(file(job?.uuid)).toMatchObject({
    is_ready: true,
    is_image: true,
    mime_type: 'image/png',
    original_filename: 'report-0.png',
    original_file_url: `https://ucarecdn.com/${job?.uuid}/noroot`,
  });
});

test('the same path gives another token and another file; stored as the project stores', () => {
  const { start, file, emulator } = bundle();
  const path = `/${TEXT}/document/`;
  const [a, b] = [...start('document', [path]).result, ...start('document', [path]).result];
  expect(a?.token).not.toBe(b?.token);
  expect(a?.uuid).not.toBe(b?.uuid);
  expect(file(a?.uuid).datetime_stored).toBe(file(a?.uuid).datetime_uploaded);
  expect(emulator.audit.summary().convert_document).toMatchObject({ filesChangedMoreThanOnce: 1 });
});

test('good paths start and bad ones are problems under the path as sent', () => {
  const { start } = bundle();
  const good = `https://ucarecdn.com/${DOC}/document/-/format/jpg/`;
  const bad = `${TEXT}/document/-/format/jpg/`;
  const unknown = '00000000-0000-4000-8000-000000000000/document/';
  const { result, problems } = start('document', [good, bad, 'invalid', unknown]);
  expect(result.map((job) => job.original_source)).toEqual([good]);
  expect(problems).toEqual({
    [bad]: "the target_format is not a supported 'to' format for this source file. txt -> jpg",
    invalid: 'Bad path "invalid". Use UUID or CDN URL',
    [unknown]: 'Not found.',
  });
});

test('pages of a document go to a zip, or to a group that its info tells of', () => {
  const { start, file, clock, json } = bundle();
  const path = `${DOC}/document/-/format/jpg/`;
  const [zip] = start('document', [path]).result;
  start('document', [path], { save_in_group: '1' });
  const info = () =>
    json<{ error: null; format: { name: string; converted_groups?: Record<string, string> } }>(
      `/convert/document/${DOC}/`,
    );
  expect(info().format).not.toHaveProperty('converted_groups');
  clock.ms += 10_001;
  expect(file(zip?.uuid)).toMatchObject({ mime_type: 'application/zip', is_image: false });
  const { format } = info();
  expect(Object.keys(format)).toEqual(['name', 'conversion_formats', 'converted_groups']);
  const group = format.converted_groups?.['jpg'] ?? '';
  const { files } = json<{ files: WireFile[] }>(`/groups/${group}/`);
  expect(group).toMatch(new RegExp(`~${files.length}$`));
  expect(files[0]).toMatchObject({ original_filename: 'report-0.jpg', is_image: true });
});

test('a group of pages is named and listed when the lag is over, and until then the one before', () => {
  const { start, clock, json, page } = bundle({ groupsLagMs: 5000 });
  const named = () =>
    json<{ format: { converted_groups?: { jpg: string } } }>(`/convert/document/${DOC}/`).format
      .converted_groups?.jpg;
  const listed = () => page('/groups/').results.map(({ id }) => id);
  start('document', [`${DOC}/document/-/format/jpg/`], { save_in_group: '1' });
  clock.ms += 14_999;
  expect([named(), listed()]).toEqual([undefined, []]);
  clock.ms += 2;
  const first = named();
  expect(listed()).toEqual([first]);
  start('document', [`${DOC}/document/-/format/jpg/`], { save_in_group: '1' });
  clock.ms += 14_999;
  expect(named()).toBe(first);
  clock.ms += 2;
  expect(named()).not.toBe(first);
  expect(listed()).toHaveLength(2);
});

test('a video has its group of thumbnails from the start', () => {
  const { start, status, file, clock, json } = bundle();
  const [job] = start('video', [`${VIDEO}/video/-/format/webm/-/thumbs~2/1/`]).result;
  const group = job?.thumbnails_group_uuid ?? '';
  expect(group).toMatch(/~2$/);
  expect(status('video', job?.token).result).toEqual({
    uuid: job?.uuid,
    thumbnails_group_uuid: group,
  });
  expect(file(job?.uuid).original_filename).toBe('clip.webm');
  const thumbnails = () => json<{ files: WireFile[] }>(`/groups/${group}/`).files;
  expect(thumbnails().map((one) => one['is_ready'])).toEqual([false, false]);
  expect(new Set(thumbnails().map((one) => one.datetime_uploaded)).size).toBe(1);
  clock.ms += 10_001;
  expect(thumbnails().map((one) => one['is_ready'])).toEqual([true, true]);
  expect(file(job?.uuid)).toMatchObject({ mime_type: 'video/webm', is_ready: true });
});

test('what is no video is a problem, what may be one fails later', () => {
  const { start, status, clock, emulator } = bundle();
  const mystery = emulator.projects[0]?.addFile({ mimeType: 'application/octet-stream' }).uuid;
  const { result, problems } = start('video', [`${TEXT}/video/`, `${mystery}/video/`]);
  expect(Object.keys(problems)).toEqual([`${TEXT}/video/`]);
  clock.ms += 10_001;
  expect(status('video', result[0]?.token)).toMatchObject({
    status: 'failed',
    error: expect.any(String),
  });
});

test('jobs may fail, be cancelled, never end, or lose their token although done', () => {
  const { start, status, clock, emulator, file } = bundle();
  const run = (share: object) => {
    emulator.projects[0]?.setWork({ convert_document: { ...EXACT, ...share } });
    const [job] = start('document', [`${TEXT}/document/`]).result;
    clock.ms += 10_001;
    return { status: status('document', job?.token).status, isReady: file(job?.uuid)['is_ready'] };
  };
  expect(run({ failedShare: 1 })).toEqual({ status: 'failed', isReady: false });
  expect(run({ cancelledShare: 1 })).toEqual({ status: 'cancelled', isReady: false });
  expect(run({ endlessShare: 1 })).toEqual({ status: 'processing', isReady: false });
  expect(run({ lostShare: 1 })).toEqual({ status: undefined, isReady: true });
});

test('a status has its keys in the order of its version', () => {
  const { start, call } = bundle();
  const [job] = start('document', [`${TEXT}/document/`]).result;
  const keysIn = (version: string) => {
    const headers = { accept: `application/vnd.uploadcare-v${version}+json` };
    const answer = call(`/convert/document/status/${job?.token}/`, { headers });
    return Object.keys(JSON.parse(String(answer.body)));
  };
  expect(keysIn('0.7')).toEqual(['error', 'status', 'result']);
  expect(keysIn('0.6')).toEqual(['status', 'error', 'result']);
});

test.each([
  ['photo', 'image/png', 'png'],
  ['photo', 'image/jpeg', 'jpg'],
  ['photo', 'image/svg+xml', 'svg'],
  ['table', 'application/vnd.ms-excel', 'xls'],
  ['table', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['slides', 'application/vnd.ms-powerpoint', 'ppt'],
  ['page', 'text/html', 'html'],
  // What follows the dot is no extension.
  ['report.2026', 'application/pdf', 'pdf'],
  ['Letter.DOCX', 'application/octet-stream', 'docx'],
])('the format of %s (%s) is %s', (name, mimeType, format) => {
  const { emulator, json } = setup();
  const { uuid } = emulator.projects[0]?.addFile({ name, mimeType }) ?? {};
  const info = json<{ format: { name: string } }>(`/convert/document/${uuid}/`);
  expect(info.format.name).toBe(format);
});

test('a sheet that a conversion made has the MIME type of a sheet', () => {
  const { start, file, clock } = bundle();
  const [job] = start('document', [`${DOC}/document/-/format/xlsx/`]).result;
  clock.ms += 10_001;
  expect(file(job?.uuid)).toMatchObject({
    mime_type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  });
});

test('tokens of another project and of the other kind are not found', () => {
  const { start, call, emulator } = bundle({ projects: [{}, {}] });
  const [job] = start('document', [`${TEXT}/document/`]).result;
  const headers = { authorization: 'Uploadcare.Simple demopublickey1:demosecretkey1' };
  const path = `/convert/document/status/${job?.token}/`;
  expect(call(path).status).toBe(200);
  expect(call(path, { headers }).status).toBe(404);
  expect(call(`/convert/video/status/${job?.token}/`).status).toBe(404);
  expect(call('/convert/document/status/abc/').status).toBe(404);
  expect(emulator.audit.length).toBe(1);
});

test('refusals of a whole request', () => {
  const { convert, call } = bundle();
  const required = { detail: '“paths” parameter is required.' };
  for (const [body, json] of [
    [{}, required],
    [{ paths: [] }, required],
    [[], { detail: 'Expected JSON object.' }],
  ] as const) {
    const answer = convert('document', body);
    expect({ status: answer.status, json: JSON.parse(String(answer.body)) }).toEqual({
      status: 400,
      json,
    });
    expect(answer.headers['content-type']).toBe('application/vnd.uploadcare-v0.7+json');
  }
  expect(call('/convert/document/nonexistent/').status).toBe(404);
  const denied = bundle({ deniedConversions: ['video'] }).convert('video', { paths: ['a'] });
  expect(String(denied.body)).toContain('Video conversion feature is not available');
});

test('paths: what is good and what the service says of the bad', () => {
  const problemOf = (path: string) => {
    const read = parseConversionPath('video', `${VIDEO}/video/${path}`);
    return 'problem' in read ? read.problem : undefined;
  };
  const size = (text: string) =>
    `CDN Path error: Mandatory argument "OneOrTwoDimensionsDivisibleByFour(size)" not found while parsing "${text}"`;
  expect(
    problemOf(
      '-/size/600x400/change_ratio/-/quality/best/-/format/ogg/-/cut/0:0:0.0/0:0:1.0/-/thumbs~2/1/',
    ),
  ).toBeUndefined();
  expect(problemOf('-/size/640x/')).toBeUndefined();
  expect(problemOf('-/size/x/change_ratio/-/quality/best/')).toBe(size('size/x/change_ratio'));
  expect(problemOf('-/size/641x480/')).toBe(size('size/641x480'));
  expect(problemOf('-/format/avi/')).toMatch(/^CDN Path error/);
  expect(problemOf('-/invalid/')).toBe('Operations parsing: Cannot parse url part: invalid');
  for (const thumbs of ['thumbs', 'thumbs~1', 'thumbs~50/2', 'thumbs/3']) {
    expect(problemOf(`-/${thumbs}/`)).toBeUndefined();
  }
  for (const thumbs of ['thumbs~0', 'thumbs~51/1', 'thumbs~x']) {
    expect(problemOf(`-/${thumbs}/`)).toContain(`Cannot parse url part: ${thumbs}`);
  }
  expect(parseConversionPath('video', `${VIDEO}/document/`)).toHaveProperty('problem');
});

test('an open job costs about a kilobyte, its file included, and none is forgotten', () => {
  const { start, clock, call, emulator } = bundle({
    work: { convert_document: { medianMs: 60_000, sigma: 1 } },
  });
  const paths = Array.from({ length: 1000 }, () => `${TEXT}/document/`);
  start('document', paths);
  const before = process.memoryUsage().heapUsed;
  for (let batch = 0; batch < 10; batch += 1) start('document', paths);
  expect(emulator.projects[0]?.openWork()).toBe(11_000);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(60 * 1024 ** 2);
  clock.ms += 23 * 3_600_000;
  call('/files/?limit=1');
  expect(emulator.projects[0]?.openWork()).toBe(0);
});
