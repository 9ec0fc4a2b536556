import { afterEach, expect, test, vi } from 'vitest';
import { openClient } from '../../../src/run/open-client.ts';
import { createSystemWorld } from '../../../src/world/system-world.ts';
import { answers, type Step, scriptedHttp } from '../../support/scripted-http.ts';

afterEach(() => {
  vi.useRealTimers();
});

const CONNECTION = {
  publicKey: 'demopublickey',
  secretKey: 'demosecretkey',
  restOrigin: 'https://api.test',
  auth: 'signed',
} as const;

function open(...steps: [Step, ...Step[]]) {
  vi.useFakeTimers();
  const { http, sent } = scriptedHttp(...steps);
  const waits: (string | null)[] = [];
  const client = openClient({
    world: { ...createSystemWorld(), http },
    connection: CONNECTION,
    onWait: ({ wait }) => waits.push(wait?.reason ?? null),
  });
  return { client, sent, waits };
}

const throttled = (retryAfter: string) =>
  answers(429, { detail: 'Slow down' }, { 'retry-after': retryAfter });
const project = answers(200, { name: 'shop', pub_key: 'demopublickey', autostore_enabled: true });

test('a command gives up at once if the service asks for a pause of more than 2 minutes', async () => {
  const { client, sent } = open(throttled('180'));
  const asked = expect(client.project()).rejects.toThrow(
    '429 on GET /project/: throttled, next try in 3m (service: "Slow down"): more than the limit of 2m, gave up. Nothing was changed; wait, then try again',
  );
  await vi.advanceTimersByTimeAsync(1000);
  await asked;
  expect(sent).toHaveLength(1);
});

test('a command gives up when it was throttled for 2 minutes', async () => {
  const { client, sent } = open(throttled('50'));
  const asked = expect(client.project()).rejects.toThrow('more than the limit of 2m');
  await vi.advanceTimersByTimeAsync(200_000);
  await asked;
  expect(sent).toHaveLength(3);
});

test('a command waits for a shorter pause, and reports it', async () => {
  const { client, waits } = open(throttled('30'), project);
  const asked = client.project();
  await vi.advanceTimersByTimeAsync(40_000);
  expect(await asked).toMatchObject({ name: 'shop' });
  expect(waits).toEqual(['paused by the service (429, Retry-After 30 s)', null]);
});

test.each([
  [{}, 'application/vnd.uploadcare-v0.7+json'],
  [{ apiVersion: '0.6' }, 'application/vnd.uploadcare-v0.6+json'],
] as const)('with %j, a request asks for the version in %s', async (options, accept) => {
  vi.useFakeTimers();
  const { http, sent } = scriptedHttp(project);
  const client = openClient({
    world: { ...createSystemWorld(), http },
    connection: CONNECTION,
    ...options,
  });
  const asked = client.project();
  await vi.advanceTimersByTimeAsync(1000);
  await asked;
  expect(sent.map(({ headers }) => headers['accept'] ?? headers['Accept'])).toEqual([accept]);
});
