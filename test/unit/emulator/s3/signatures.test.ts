import { describe, expect, it } from 'vitest';
import { S3Signer } from '../../../support/s3-signer.ts';
import { BUCKET, elements, failure, s3Setup } from './s3-caller.ts';

const MINUTE = 60_000;

describe('signatures of requests to buckets', () => {
  it('accepts signed bodies, unsigned bodies and presigned URLs', () => {
    const { send, signerFor, fetchUrl } = s3Setup();
    const put = { method: 'PUT', key: "a b/(ä)!*'~.txt", body: 'hello' };
    expect(send(put).status).toBe(200);
    expect(send({ ...put, isUnsigned: true }).status).toBe(200);
    const url = signerFor().presign({ bucket: BUCKET, key: put.key }, 60);
    expect(String(fetchUrl(url).body)).toBe('hello');
  });

  it('uses a signer that agrees with the example in the documentation of Amazon S3', () => {
    const keys = {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      endpoint: 'https://examplebucket.s3.amazonaws.com',
    };
    const signer = new S3Signer(keys, () => Date.UTC(2013, 4, 24));
    expect(signer.presign({ key: 'test.txt' }, 86_400)).toMatch(
      /&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404$/,
    );
  });

  it('refuses a wrong secret, an unknown key and a changed request', () => {
    const { emulator, send } = s3Setup();
    emulator.buckets.put(BUCKET, 'a');
    const key = 'a';
    expect(failure(send({ key }, { keys: { secretAccessKey: 'wrong' } }))).toEqual([
      403,
      'SignatureDoesNotMatch',
    ]);
    expect(failure(send({ key }, { keys: { accessKeyId: 'NOBODY' } }))).toEqual([
      403,
      'InvalidAccessKeyId',
    ]);
    const other = { change: { target: `/s3/${BUCKET}/b` } };
    expect(failure(send({ key }, other))).toEqual([403, 'SignatureDoesNotMatch']);
    const body = { change: { body: 'other' } };
    expect(failure(send({ method: 'PUT', key, body: 'one' }, body))).toEqual([
      400,
      'XAmzContentSHA256Mismatch',
    ]);
    const unsigned = { change: { headers: {} } };
    expect(failure(send({ key }, unsigned))).toEqual([403, 'AccessDenied']);
    emulator.buckets.removeAccessKey(emulator.buckets.accessKey.accessKeyId);
    expect(failure(send({ key }))).toEqual([403, 'InvalidAccessKeyId']);
  });

  it('refuses headers of Amazon that are not signed', () => {
    const { send, signerFor } = s3Setup();
    const signed = signerFor().sign({ bucket: BUCKET, key: 'a' });
    const headers = { ...signed.headers, 'x-amz-meta-owner': 'Eve' };
    expect(failure(send({ key: 'a' }, { change: { headers } }))).toEqual([403, 'AccessDenied']);
  });

  it('names the right region', () => {
    const { send, signerFor, fetchUrl } = s3Setup({
      buckets: { far: { region: 'eu-west-1' }, moved: { region: 'eu-west-1', redirects: true } },
    });
    const refused = send({ bucket: 'far', key: 'a' });
    expect(failure(refused)).toEqual([400, 'AuthorizationHeaderMalformed']);
    expect(elements(refused.body, 'Region')).toEqual(['eu-west-1']);
    expect(refused.headers['x-amz-bucket-region']).toBe('eu-west-1');
    const url = signerFor().presign({ bucket: 'far', key: 'a' }, 60);
    expect(failure(fetchUrl(url))).toEqual([400, 'AuthorizationQueryParametersError']);
    expect(failure(send({ bucket: 'moved' }))).toEqual([301, 'PermanentRedirect']);
    const head = send({ bucket: 'moved', method: 'HEAD' });
    expect(head.headers['x-amz-bucket-region']).toBe('eu-west-1');
  });

  it('compares the time of a request with the emulated clock', () => {
    const { emulator, send, signerFor } = s3Setup();
    emulator.buckets.put(BUCKET, 'a');
    const signed = signerFor().sign({ bucket: BUCKET, key: 'a' });
    emulator.clock.advance(15 * MINUTE);
    expect(emulator.handle(signed).status).toBe(200);
    emulator.clock.advance(1);
    const skewed = emulator.handle(signed);
    expect(failure(skewed)).toEqual([403, 'RequestTimeTooSkewed']);
    expect(elements(skewed.body, 'ServerTime')).toEqual(['2026-06-01T12:15:00.001Z']);
    expect(failure(send({ key: 'a' }))).toEqual([403, 'RequestTimeTooSkewed']);
  });

  it('lets presigned URLs expire by the emulated clock', () => {
    const { emulator, signerFor, fetchUrl } = s3Setup();
    emulator.buckets.put(BUCKET, 'a');
    const url = signerFor().presign({ bucket: BUCKET, key: 'a' }, 3600);
    emulator.clock.advance(60 * MINUTE);
    expect(fetchUrl(url).status).toBe(200);
    emulator.clock.advance(1);
    expect(failure(fetchUrl(url))).toEqual([403, 'AccessDenied']);
    expect(elements(fetchUrl(url).body, 'Message')).toEqual(['Request has expired']);
    const tooLong = signerFor().presign({ bucket: BUCKET, key: 'a' }, 604_801);
    expect(failure(fetchUrl(tooLong))).toEqual([400, 'AuthorizationQueryParametersError']);
  });

  it('checks session tokens and their expiry', () => {
    const { emulator, clock, send } = s3Setup();
    emulator.buckets.put(BUCKET, 'a');
    const keys = { accessKeyId: 'TEMPORARY', secretAccessKey: 'secret', sessionToken: 'token' };
    emulator.buckets.addAccessKey({ ...keys, expiresAt: clock.now() + MINUTE });
    const get = (token: string) =>
      failure(send({ key: 'a' }, { keys: { ...keys, sessionToken: token } }));
    expect(get('token')[0]).toBe(200);
    expect(get('other')).toEqual([400, 'InvalidToken']);
    clock.ms += MINUTE;
    expect(get('token')).toEqual([400, 'ExpiredToken']);
  });

  it('allows a key only the kinds of requests that it names', () => {
    const { emulator, send, list } = s3Setup();
    const keys = { accessKeyId: 'READER', secretAccessKey: 'secret' };
    emulator.buckets.addAccessKey({ ...keys, allows: ['get', 'head'] });
    emulator.buckets.put(BUCKET, 'a');
    expect(send({ key: 'a' }, { keys }).status).toBe(200);
    expect(list().status).toBe(200);
    const listing = send({ query: { 'list-type': '2' } }, { keys });
    expect(failure(listing)).toEqual([403, 'AccessDenied']);
  });

  it('asks the requester to pay', () => {
    const { emulator, send } = s3Setup({ buckets: { paid: { requesterPays: true } } });
    emulator.buckets.put('paid', 'a');
    const request = { bucket: 'paid', key: 'a' };
    expect(failure(send(request))).toEqual([403, 'AccessDenied']);
    expect(send({ ...request, headers: { 'x-amz-request-payer': 'requester' } }).status).toBe(200);
  });
});
