import {
  AddonExecutionStatus,
  AddonName,
  type ApiRequestSettings,
  addonExecutionStatus,
  addonJobPoller,
  ConversionStatus,
  ConversionType,
  conversionInfo,
  conversionJobPoller,
  conversionJobStatus,
  convert,
  copyFileToLocalStorage,
  copyFileToRemoteStorage,
  createSignature,
  createWebhook,
  deleteFile,
  deleteFiles,
  deleteGroup,
  deleteMetadata,
  deleteWebhook,
  executeAddon,
  fileInfo,
  getMetadata,
  getMetadataValue,
  getTags,
  getUserAgent,
  groupInfo,
  isRestClientError,
  isRestClientValidationError,
  listOfFiles,
  listOfGroups,
  listOfWebhooks,
  Paginator,
  paginate,
  replaceTags,
  searchFiles,
  storeFile,
  storeFiles,
  UploadcareAuthSchema,
  UploadcareSimpleAuthSchema,
  updateMetadata,
  updateTags,
  updateWebhook,
  WebhookEvent,
} from '@uploadcare/rest-client';
import { afterEach, describe, expect, test } from 'vitest';
import {
  createEmulator,
  type EmulatorOptions,
  type ListeningEmulator,
} from '../../src/emulator/emulator.ts';

const open: ListeningEmulator[] = [];
const KEYS = { publicKey: 'demopublickey', secretKey: 'demosecretkey' };
const FAST = { medianMs: 40, sigma: 0, hiddenMs: 5 };
const GROUP = '47e6cf32-e5a8-4ff4-b48f-14d7304b42dd~2';
const DOCUMENT = '1b959c59-9605-4879-946f-08fdb5ea3e9d';
const VIDEO = '2b959c59-9605-4879-946f-08fdb5ea3e9d';
const IMAGE = '3b959c59-9605-4879-946f-08fdb5ea3e9d';

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function listening(
  Schema: typeof UploadcareAuthSchema | typeof UploadcareSimpleAuthSchema = UploadcareAuthSchema,
  options: EmulatorOptions = {},
) {
  const kinds = ['local_copy', 'convert_document', 'convert_video', ...Object.values(AddonName)];
  const work = Object.fromEntries(kinds.map((kind) => [kind, FAST]));
  const emulator = createEmulator({
    files: 25,
    storedShare: 0,
    tiesShare: 0,
    searchLagMs: 0,
    work,
    ...options,
  });
  const project = emulator.projects[0];
  project?.addFile({ uuid: DOCUMENT, name: 'a.pdf', mimeType: 'application/pdf' });
  project?.addFile({ uuid: VIDEO, name: 'a.mp4', mimeType: 'video/mp4' });
  project?.addFile({ uuid: IMAGE, name: 'mountain.jpg', mimeType: 'image/jpeg', isImage: true });
  const server = await emulator.listen();
  open.push(server);
  const settings = (keys = KEYS): ApiRequestSettings => ({
    apiBaseURL: `${server.origin}/`,
    authSchema: new Schema(keys),
  });
  const uuid = (index: number) => project?.seededFile(index).uuid ?? '';
  return { emulator, settings, uuid };
}

describe.each([
  ['signed', UploadcareAuthSchema],
  ['simple', UploadcareSimpleAuthSchema],
] as const)('with %s requests', (_, Schema) => {
  test('its pages hold every file once, by generator and by class', async () => {
    const { settings } = await listening(Schema);
    const seen: string[] = [];
    for await (const page of paginate(listOfFiles)({ limit: 10 }, settings())) {
      seen.push(...page.results.map((file) => file.uuid));
    }
    expect(new Set(seen).size).toBe(28);
    const paginator = new Paginator(listOfFiles, { limit: 20 }, settings());
    expect((await paginator.next())?.results).toHaveLength(20);
    expect(paginator.hasNextPage()).toBe(true);
    expect((await paginator.next())?.results).toHaveLength(8);
    expect((await paginator.prev())?.results).toHaveLength(20);
  });

  test('it stores and deletes, one and many', async () => {
    const { settings, uuid, emulator } = await listening(Schema);
    expect((await storeFile({ uuid: uuid(0) }, settings())).datetimeStored).not.toBeNull();
    const stored = await storeFiles({ uuids: [uuid(1), uuid(2), 'nonexistent'] }, settings());
    expect(stored.result).toHaveLength(2);
    expect(stored.problems).toEqual({ nonexistent: 'Invalid' });
    expect((await deleteFile({ uuid: uuid(0) }, settings())).datetimeRemoved).not.toBeNull();
    await deleteFiles({ uuids: [uuid(1), uuid(3)] }, settings());
    const info = await fileInfo({ uuid: uuid(3), include: 'appdata' }, settings());
    expect(info).toMatchObject({ datetimeRemoved: expect.any(String), appdata: {}, tags: [] });
    expect(emulator.projects[0]?.counts()).toEqual({ stored: 1, unstored: 24, removed: 3 });
  });

  test('it copies to a remote storage and inside the project', async () => {
    const { settings, uuid, emulator } = await listening(Schema);
    const remote = { source: uuid(0), target: 'backup', makePublic: false };
    expect((await copyFileToRemoteStorage(remote, settings())).result).toMatch(/^s3:\/\/backup/);
    expect([...emulator.bucketObjects('backup-bucket')]).toHaveLength(1);
    const local = { source: uuid(0), store: true, metadata: { a: 'b' } };
    const { result, type } = await copyFileToLocalStorage(local, settings());
    expect([type, result.metadata, result.size]).toEqual(['file', { a: 'b' }, 0]);
  });

  test('it reads and writes metadata', async () => {
    const { settings } = await listening(Schema);
    const key = { uuid: IMAGE, key: 'pet' };
    expect(await updateMetadata({ ...key, value: 'cat' }, settings())).toBe('cat');
    expect(await getMetadata({ uuid: IMAGE }, settings())).toEqual({ pet: 'cat' });
    expect(await getMetadataValue(key, settings())).toBe('cat');
    await deleteMetadata(key, settings());
    expect(await getMetadata({ uuid: IMAGE }, settings())).toEqual({});
  });

  test('it replaces and changes tags', async () => {
    const { settings } = await listening(Schema);
    const set = await replaceTags({ uuid: IMAGE, tags: ['Cat', 'dog'] }, settings());
    expect(set).toEqual({ tags: ['cat', 'dog'], added: ['cat', 'dog'], deleted: [] });
    const changed = await updateTags({ uuid: IMAGE, add: ['owl'], delete: ['dog'] }, settings());
    expect(changed).toEqual({ tags: ['cat', 'owl'], added: ['owl'], deleted: ['dog'] });
    expect(await getTags({ uuid: IMAGE }, settings())).toEqual({ tags: ['cat', 'owl'] });
  });

  test('it lists, shows and deletes groups', async () => {
    const { settings, emulator } = await listening(Schema);
    const files = [{ uuid: DOCUMENT }, { uuid: IMAGE, default_effects: 'resize/x600/' }];
    const group = { id: GROUP, datetime_created: '2022-09-30T08:38:33.039356Z', files };
    emulator.load({ projects: [{ pub_key: 'demopublickey', groups: [group] }] });
    const list = await listOfGroups({ limit: 5, ordering: '-datetime_created' }, settings());
    expect(list).toMatchObject({ total: 1, results: [{ id: GROUP, filesCount: 2 }] });
    const info = await groupInfo({ uuid: GROUP }, settings());
    expect(info.files.map((file) => file.uuid)).toEqual([DOCUMENT, IMAGE]);
    await deleteGroup({ uuid: GROUP }, settings());
    await expect(groupInfo({ uuid: GROUP }, settings())).rejects.toThrow('Not found.');
  });

  test('it converts documents and videos, and polls', async () => {
    const { settings } = await listening(Schema);
    const paths = [`${DOCUMENT}/document/-/format/jpg/`];
    const document = { type: ConversionType.DOCUMENT, paths, store: false, saveInGroup: true };
    const { result } = await convert(document, settings());
    const token = result[0]?.token ?? 0;
    const status = () => conversionJobStatus({ type: ConversionType.DOCUMENT, token }, settings());
    expect((await status()).status).not.toBe(ConversionStatus.FAILED);
    await expect.poll(async () => (await status()).status).toBe(ConversionStatus.FINISHED);
    const info = await conversionInfo({ uuid: DOCUMENT }, settings());
    expect(info.format).toMatchObject({
      name: 'pdf',
      convertedGroups: { jpg: expect.any(String) },
    });
    const video = { type: ConversionType.VIDEO, paths: [`${VIDEO}/video/-/format/webm/`] };
    const jobs = await conversionJobPoller({ ...video, pollOptions: { interval: 10 } }, settings());
    expect(await Promise.all(jobs)).toMatchObject([
      { status: 'finished', error: null, result: { thumbnailsGroupUuid: expect.any(String) } },
    ]);
  });

  test('it runs add-ons and polls', async () => {
    const { settings } = await listening(Schema);
    const addonName = AddonName.UC_CLAMAV_VIRUS_SCAN;
    const params = { purge_infected: false };
    const { requestId } = await executeAddon({ addonName, target: IMAGE, params }, settings());
    const status = async () =>
      (await addonExecutionStatus({ addonName, requestId }, settings())).status;
    await expect.poll(status).toBe(AddonExecutionStatus.DONE);
    for (const name of [AddonName.AWS_REKOGNITION_DETECT_LABELS, AddonName.REMOVE_BG] as const) {
      const job = { addonName: name, target: IMAGE, pollOptions: { interval: 20 } };
      const end = await addonJobPoller(job, settings());
      expect(end.error).toBe(false);
    }
  });

  test('it keeps webhooks', async () => {
    const { settings } = await listening(Schema);
    const targetUrl = 'http://127.0.0.1:1/hook';
    const asked = { targetUrl, event: WebhookEvent.FILE_UPLOADED, signingSecret: 's' };
    const hook = await createWebhook(asked, settings());
    expect(hook).toMatchObject({ targetUrl, isActive: true, signingSecret: 's', version: '0.7' });
    const changed = await updateWebhook({ id: hook.id, isActive: false }, settings());
    expect(changed.isActive).toBe(false);
    expect(await listOfWebhooks({}, settings())).toEqual([changed]);
    await deleteWebhook({ targetUrl }, settings());
    expect(await listOfWebhooks({}, settings())).toEqual([]);
  });

  test('it searches, and reads the words of a refused search by field', async () => {
    const { settings } = await listening(Schema);
    const found = await searchFiles(
      {
        query: 'mountain',
        isImage: true,
        size: { lte: 1e9 },
        exact: { uuid: [IMAGE] },
        sort: [{ field: 'datetimeUploaded', order: 'desc' }],
        include: 'appdata',
      },
      settings(),
    );
    expect(found).toMatchObject({ total: 1, perPage: 20, results: [{ uuid: IMAGE }] });
    expect(found.results[0]?.highlight?.originalFilename).toEqual(['<em>mountain</em>.jpg']);
    const refused = await searchFiles({ query: 'abc' }, settings()).catch((error) => error);
    expect(isRestClientValidationError(refused)).toBe(true);
    expect(refused.errors).toEqual({ query: ['Must be at least 4 characters.'] });
  });

  test('it reads the words of a refusal', async () => {
    const { settings } = await listening(Schema);
    const refused = await storeFile({ uuid: 'wrong' }, settings()).catch((error) => error);
    expect(isRestClientError(refused)).toBe(true);
    expect(refused.message).toContain('Not found.');
    await expect(storeFiles({ uuids: [] }, settings())).rejects.toThrow('can not be empty');
    const wrong = settings({ publicKey: 'demopublickey', secretKey: 'wrong' });
    await expect(listOfFiles({}, wrong)).rejects.toThrow(/Invalid signature|Secret key not found/);
  });
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

test('a signature of its own resolver is accepted', async () => {
  const { settings } = await listening();
  const authSchema = new UploadcareAuthSchema({
    publicKey: KEYS.publicKey,
    signatureResolver: (text) => createSignature(KEYS.secretKey, text),
  });
  expect((await listOfFiles({}, { ...settings(), authSchema })).perPage).toBe(100);
  const agent = getUserAgent({ libraryName: 'a', libraryVersion: '1', publicKey: 'k' });
  expect(agent).toMatch(/^a\/1\/k/);
});
