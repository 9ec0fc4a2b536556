import {
  type ApiRequestSettings,
  copyFileToRemoteStorage,
  deleteFile,
  deleteFiles,
  fileInfo,
  listOfFiles,
  paginate,
  storeFile,
  storeFiles,
  UploadcareAuthSchema,
} from '@uploadcare/rest-client';
import { afterEach, expect, test } from 'vitest';
import {
  createEmulator,
  type EmulatorOptions,
  type ListeningEmulator,
} from '../../src/emulator/emulator.ts';

const open: ListeningEmulator[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function listening(options: EmulatorOptions = {}) {
  const emulator = createEmulator({ files: 25, storedShare: 0, tiesShare: 0, ...options });
  const server = await emulator.listen();
  open.push(server);
  const settings = (keys = { publicKey: 'demopublickey', secretKey: 'demosecretkey' }) =>
    ({
      apiBaseURL: `${server.origin}/`,
      authSchema: new UploadcareAuthSchema(keys),
    }) satisfies ApiRequestSettings;
  const uuid = (index: number) => emulator.projects[0]?.seededFile(index).uuid ?? '';
  return { emulator, settings, uuid };
}

test('its pages hold every file once', async () => {
  const { settings } = await listening();
  const seen: string[] = [];
  for await (const page of paginate(listOfFiles)({ limit: 10 }, settings())) {
    seen.push(...page.results.map((file) => file.uuid));
  }
  expect(seen).toHaveLength(25);
  expect(new Set(seen).size).toBe(25);
});

test('it stores and deletes, one and many', async () => {
  const { settings, uuid, emulator } = await listening();
  expect((await storeFile({ uuid: uuid(0) }, settings())).datetimeStored).not.toBeNull();
  const stored = await storeFiles({ uuids: [uuid(1), uuid(2), 'nonexistent'] }, settings());
  expect(stored.result).toHaveLength(2);
  expect(stored.problems).toEqual({ nonexistent: 'Invalid' });
  expect((await deleteFile({ uuid: uuid(0) }, settings())).datetimeRemoved).not.toBeNull();
  await deleteFiles({ uuids: [uuid(1), uuid(3)] }, settings());
  expect((await fileInfo({ uuid: uuid(3) }, settings())).datetimeRemoved).not.toBeNull();
  expect(emulator.projects[0]?.counts()).toEqual({ stored: 1, unstored: 21, removed: 3 });
});

test('it copies to a remote storage', async () => {
  const { settings, uuid, emulator } = await listening();
  const answer = await copyFileToRemoteStorage({ source: uuid(0), target: 'backup' }, settings());
  expect(answer.result).toMatch(/^s3:\/\/backup-bucket\//);
  expect([...emulator.bucketObjects('backup-bucket')]).toHaveLength(1);
});

test('it reads the words of a refusal', async () => {
  const { settings } = await listening();
  await expect(storeFile({ uuid: 'wrong' }, settings())).rejects.toThrow('Not found.');
  await expect(storeFiles({ uuids: [] }, settings())).rejects.toThrow(
    'List of UUIDs can not be empty',
  );
  const wrong = settings({ publicKey: 'demopublickey', secretKey: 'wrong' });
  await expect(listOfFiles({}, wrong)).rejects.toThrow('Invalid signature.');
});

test('it waits as long as a 429 tells it to, then succeeds', async () => {
  const { settings, uuid, emulator } = await listening();
  emulator.faults.add({ fault: { kind: 'throttle', retryAfterSeconds: 0 }, times: 2 });
  const file = await storeFile(
    { uuid: uuid(0) },
    { ...settings(), retryThrottledRequestMaxTimes: 3 },
  );
  expect(file.uuid).toBe(uuid(0));
  expect(emulator.requestCounts().map(({ status, count }) => [status, count])).toEqual([
    [200, 1],
    [429, 2],
  ]);
});
