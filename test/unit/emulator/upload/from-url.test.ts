import { expect, test } from 'vitest';
import type { EmulatorOptions } from '../../../../src/emulator/emulator.ts';
import { type Fields, uploadSetup } from '../upload-caller.ts';

const CAT = 'https://example.com/pets/cat.png';

function bundle(options: EmulatorOptions = {}) {
  const parts = uploadSetup({ urls: { [CAT]: { size: 4000 } }, ...options });
  const { post, get, read, said } = parts;
  const start = (source_url: string, fields: Fields = {}) =>
    post('/from_url/', { pub_key: 'demopublickey', source_url, ...fields });
  const token = (url = CAT, fields: Fields = {}): string => read(start(url, fields)).token;
  const status = (asked: string) => read(get(`/from_url/status/?token=${asked}`));
  const refusal = (url: string) => said(start(url));
  return { ...parts, start, token, status, refusal };
}

test('an import passes through its statuses by the emulated clock', () => {
  const importTiming = { unknownMs: 1000, waitingMs: 1000, progressMs: 1000 };
  const { token, status, clock, emulator } = bundle({ importTiming });
  const asked = token();
  expect(status(asked)).toEqual({ status: 'unknown' });
  clock.ms += 1000;
  expect(status(asked)).toEqual({ status: 'waiting' });
  clock.ms += 1500;
  expect(status(asked)).toEqual({ status: 'progress', done: 2000, total: 4000 });
  expect(emulator.projects[0]?.counts().stored).toBe(0);
  clock.ms += 500;
  expect(status(asked)).toMatchObject({
    original_filename: 'cat.png',
    size: 4000,
    mime_type: 'image/png',
    is_image: true,
    status: 'success',
  });
  expect(Object.keys(status(asked)).at(-1)).toBe('status');
  expect(emulator.audit.summary().import).toMatchObject({ requests: 1, changed: 1 });
});

test('a file that was imported is there at its time, whether anybody asked or not', () => {
  const { token, clock, page } = bundle();
  const start = clock.ms;
  token(CAT, { store: '1', filename: 'mine.png', 'metadata[k]': 'v' });
  clock.ms += 60_000;
  const [file] = page('/files/').results;
  expect(file).toMatchObject({ original_filename: 'mine.png', metadata: { k: 'v' } });
  expect(Date.parse(file?.datetime_uploaded ?? '')).toBe(start + 1000);
});

test('GET works as POST does, with everything in the query', () => {
  const { get, read, clock, status } = bundle();
  const query = new URLSearchParams({ pub_key: 'demopublickey', source_url: CAT, store: '0' });
  const { type, token } = read(get(`/from_url/?${query}`));
  clock.ms += 5000;
  expect(type).toBe('token');
  expect(status(token)).toMatchObject({ status: 'success', is_stored: false });
});

test('a repeat makes another file, unless the URL was to be remembered and is checked', () => {
  const { token, start, clock, read, status, emulator, call } = bundle();
  const saved = token(CAT, { save_URL_duplicates: '1' });
  clock.ms += 5000;
  const uuid = status(saved).uuid;
  const known = read(start(CAT, { check_URL_duplicates: '1' }));
  expect(known).toMatchObject({ type: 'file_info', uuid });
  expect(read(start(CAT)).type).toBe('token');
  clock.ms += 5000;
  expect(status(saved).uuid).toBe(uuid);
  expect(emulator.creations.repeated()).toMatchObject([{ operation: 'import', times: 2 }]);
  call(`/files/${uuid}/storage/`, { method: 'DELETE' });
  expect(read(start(CAT, { check_URL_duplicates: '1' })).type).toBe('token');
});

test('saving is as checking where only that was said', () => {
  const { token, start, clock, read } = bundle();
  token(CAT, { check_URL_duplicates: '1', save_URL_duplicates: '0' });
  clock.ms += 5000;
  expect(read(start(CAT, { check_URL_duplicates: '1' })).type).toBe('token');
  clock.ms += 5000;
  expect(read(start(CAT, { check_URL_duplicates: '1' })).type).toBe('file_info');
});

test.each([
  ['', 'source_url is required.'],
  ['example.com/cat.png', 'No URL scheme supplied.'],
  ['example.com:8080/cat.png', 'No URL scheme supplied.'],
  ['ftp://example.com/cat.png', 'Invalid URL scheme.'],
  ['https:///cat.png', 'No URL host supplied.'],
  ['https://exa mple.com/', 'URL host is malformed.'],
  [`https://${'a'.repeat(64)}.com/`, 'URL host is malformed.'],
  ['https://-a.com/', 'URL host is malformed.'],
  ['https://[::1/', 'Failed to parse URL.'],
  ['https://example.com:99999/', 'Failed to parse URL.'],
  ['http://localhost/x', 'Only public IPs are allowed.'],
  ['http://127.0.0.1:8080/x', 'Only public IPs are allowed.'],
  ['http://2130706433/', 'Only public IPs are allowed.'],
  ['http://10.1.2.3/', 'Only public IPs are allowed.'],
  ['http://172.31.0.1/', 'Only public IPs are allowed.'],
  ['http://169.254.169.254/latest/meta-data/', 'Only public IPs are allowed.'],
  ['http://[::1]/', 'Only public IPs are allowed.'],
  ['http://[::ffff:127.0.0.1]/', 'Only public IPs are allowed.'],
  ['http://[fd00::1]/', 'Only public IPs are allowed.'],
  ['http://user:pass@192.168.0.1/', 'Only public IPs are allowed.'],
  ['https://nobody.example.org/x', 'Host does not exist.'],
  ['http://8.8.8.8/', 'Host does not exist.'],
])('the URL %s is refused: %s', (url, words) => {
  expect(bundle().refusal(url)).toEqual([400, words]);
});

test.each([
  [404, 'HTTP client error: 404.', 'DownloadFileHTTPClientError'],
  [503, 'HTTP server error: 503.', 'DownloadFileHTTPServerError'],
])('a server that answers %d fails the import', (httpStatus, error, error_code) => {
  const { token, status, clock, emulator } = bundle();
  emulator.addUrl('https://broken.example.com/x', { status: httpStatus });
  const asked = token('https://broken.example.com/x');
  clock.ms += 5000;
  expect(status(asked)).toEqual({ status: 'error', error, error_code });
});

test('of a host with a registered URL the others are not found; a prefix stands for all', () => {
  const { token, status, clock, emulator, refusal } = bundle();
  const missing = token('https://example.com/other.png');
  emulator.addUrl('https://many.example.com/*', { mimeType: 'text/plain', size: 10 });
  const one = token('https://many.example.com/a/b.txt?x=1');
  clock.ms += 5000;
  expect(status(missing)).toMatchObject({ status: 'error', error: 'HTTP client error: 404.' });
  expect(status(one)).toMatchObject({ original_filename: 'b.txt', size: 10 });
  emulator.addUrl('https://bad.example.com/', { isBlacklisted: true });
  expect(refusal('https://bad.example.com/')).toEqual([400, 'Source is blacklisted.']);
});

test('a server that hides the length, takes long or sends too much', () => {
  const { token, status, clock, emulator } = bundle({ fileSizeLimit: 5000 });
  emulator.addUrl('https://slow.example.com/x', { isLengthUnknown: true, takesMs: 60_000 });
  emulator.addUrl('https://large.example.com/x', { size: 6000 });
  const [slow, large] = [token('https://slow.example.com/x'), token('https://large.example.com/x')];
  clock.ms += 30_000;
  expect(status(slow)).toMatchObject({ status: 'progress', total: 'unknown' });
  expect(status(large)).toMatchObject({
    status: 'error',
    error: 'Downloaded file is too big: 6000 > 5000.',
  });
});

test('a file of the emulator’s own CDN is imported with its bytes', () => {
  const { upload, token, status, clock, emulator } = bundle();
  const source = upload({ name: 'note.txt', type: 'text/plain', data: 'a note' });
  const copy = token(`https://ucarecdn.com/${source}/note.txt`);
  const none = token('https://ucarecdn.com/00000000-0000-4000-8000-000000000000/');
  clock.ms += 5000;
  const { uuid } = status(copy);
  expect(emulator.projects[0]?.original(uuid)?.bytes).toEqual(Buffer.from('a note'));
  expect(status(none)).toMatchObject({ error: 'HTTP client error: 404.' });
});

test('a status wants a token, and knows no stranger’s', () => {
  const { get, said, status } = bundle();
  expect(said(get('/from_url/status/'))).toEqual([400, 'token is required.']);
  expect(status('00000000-0000-4000-8000-000000000000')).toEqual({ status: 'unknown' });
});
