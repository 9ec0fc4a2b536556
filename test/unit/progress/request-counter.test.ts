import { expect, test } from 'vitest';
import { WireError, type WireRequest } from '../../../src/core/world.ts';
import { countRequests } from '../../../src/progress/request-counter.ts';

const request = { method: 'PUT' } as WireRequest;

test('every physical request counts, refused and failed ones too', async () => {
  const statuses = [200, 429, 429];
  const { http, counts } = countRequests(async () => {
    const status = statuses.shift();
    if (status === undefined) {
      throw new WireError({ code: 'ECONNRESET', phase: 'ambiguous', message: 'reset' });
    }
    return { status, headers: {}, body: '' };
  });
  await http(request);
  await http(request);
  const last = http(request);
  const read = http({ method: 'GET' } as WireRequest).catch(() => undefined);
  expect(counts().openWrites).toBe(1);
  await last;
  await read;
  await expect(http(request)).rejects.toThrow('reset');
  expect(counts()).toEqual({ sent: 5, throttled: 2, openWrites: 0 });
});
