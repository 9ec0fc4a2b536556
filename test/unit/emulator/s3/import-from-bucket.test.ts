import { describe, expect, it } from 'vitest';
import type { EmulatorOptions } from '../../../../src/emulator/emulator.ts';
import { BUCKET, s3Setup } from './s3-caller.ts';

const HOUR = 3_600_000;

function importSetup(options: EmulatorOptions = {}) {
  const parts = s3Setup({ importTiming: { waitingMs: 1000, progressMs: 1000 }, ...options });
  const { post, get, read, signerFor, clock } = parts;
  const start = (key: string, { seconds = 3600, more = {} } = {}) => {
    const source_url = signerFor().presign({ bucket: BUCKET, key }, seconds);
    const headers = { host: 'api.uploadcare.com' };
    const fields = { pub_key: 'demopublickey', source_url, store: '1', ...more };
    return read(post('/from_url/', fields, headers)).token as string;
  };
  const status = (token: string) => read(get(`/from_url/status/?token=${token}`));
  const finish = (token: string) => {
    clock.ms += 2000;
    return status(token);
  };
  return { ...parts, start, status, finish };
}

describe('imports from presigned URLs of buckets', () => {
  it('takes bytes, type and name from the object', () => {
    const { emulator, start, finish } = importSetup();
    const bytes = Buffer.from('hello');
    emulator.buckets.put(BUCKET, 'texts/a b.txt', { bytes, contentType: 'text/plain' });
    const named = finish(start('texts/a b.txt'));
    expect(named).toMatchObject({ status: 'success', size: 5, original_filename: 'a b.txt' });
    expect(named.mime_type).toBe('text/plain');
    expect(emulator.projects[0]?.original(named.uuid)?.bytes).toEqual(bytes);
    const renamed = finish(start('texts/a b.txt', { more: { filename: 'b.txt' } }));
    expect(renamed.original_filename).toBe('b.txt');
    expect(emulator.buckets.requestCounts()).toMatchObject({ import: 2, get: 0 });
    expect(emulator.creations.repeated()).toHaveLength(1);
  });

  it('takes the name from Content-Disposition', () => {
    const { emulator, start, finish } = importSetup();
    const contentDisposition = 'attachment; filename="true name.txt"';
    emulator.buckets.put(BUCKET, 'a', { bytes: 'x', contentDisposition });
    expect(finish(start('a')).original_filename).toBe('true name.txt');
  });

  it('reads the object at the time of the download', () => {
    const { emulator, clock, start, status } = importSetup();
    emulator.buckets.put(BUCKET, 'a', 'first');
    const token = start('a');
    emulator.buckets.put(BUCKET, 'a', 'second one');
    expect(status(token)).toEqual({ status: 'waiting' });
    clock.ms += 1500;
    expect(status(token)).toEqual({ status: 'progress', done: 5, total: 10 });
    clock.ms += 500;
    expect(status(token)).toMatchObject({ status: 'success', size: 10 });
  });

  it('fails if the object is gone, or the URL expired before the download', () => {
    const { emulator, start, finish } = importSetup({ importTiming: { waitingMs: HOUR + 1 } });
    emulator.buckets.put(BUCKET, 'a', 'first');
    const [expired, gone, valid] = [start('a'), start('b'), start('a', { seconds: 3601 })];
    emulator.clock.advance(HOUR);
    expect(finish(expired)).toMatchObject({ status: 'error', error: 'HTTP client error: 403.' });
    expect(finish(valid)).toMatchObject({ status: 'success', size: 5 });
    expect(finish(gone)).toMatchObject({ status: 'error' });
    const missing = importSetup();
    expect(missing.finish(missing.start('b')).error).toBe('HTTP client error: 404.');
  });

  it('removes dot segments from the URL, so that its signature is wrong', () => {
    const { emulator, start, finish } = importSetup();
    emulator.buckets.put(BUCKET, 'a/../b', 'dots');
    emulator.buckets.put(BUCKET, 'b', 'other');
    expect(finish(start('a/../b')).error).toBe('HTTP client error: 403.');
  });

  it('fails as faults demand', () => {
    const { emulator, start, finish } = importSetup();
    emulator.buckets.put(BUCKET, 'a', 'first');
    const rule = { path: `/s3/${BUCKET}/`, times: 1 };
    emulator.faults.add({ ...rule, fault: { kind: 'throttle' } });
    expect(finish(start('a')).error).toBe('HTTP server error: 503.');
    emulator.faults.add({ ...rule, fault: { kind: 'reset' } });
    expect(finish(start('a')).error).toBe('HTTP server error: 503.');
    expect(finish(start('a')).status).toBe('success');
  });

  it('accepts the host of the option s3Origin, and no other one', () => {
    const { emulator, post, read, signerFor, finish } = importSetup({
      s3Origin: 'https://s3.example.com',
    });
    emulator.buckets.put(BUCKET, 'a', 'first');
    const answerTo = (endpoint: string) => {
      const source_url = signerFor({ endpoint }).presign({ bucket: BUCKET, key: 'a' }, 60);
      return post('/from_url/', { pub_key: 'demopublickey', source_url });
    };
    const { token } = read(answerTo('https://s3.example.com/s3'));
    expect(finish(token)).toMatchObject({ status: 'success', size: 5 });
    const other = answerTo('https://other.example.com/s3');
    expect([other.status, String(other.body)]).toEqual([400, 'Host does not exist.']);
  });
});
