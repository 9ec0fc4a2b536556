import { parseFileUuid } from '../../../src/core/file-uuid.ts';
import type { Emulator, EmulatorRequest } from '../../../src/emulator/emulator.ts';
import { PART_STORAGE, REST_V07, UPLOAD_API } from '../../../src/transport/api-dialect.ts';
import { createTransport } from '../../../src/transport/create-transport.ts';
import { OPEN_GATE } from '../../../src/transport/open-gate.ts';
import type { SendPermit } from '../../../src/transport/send.ts';
import { parseCredentials } from '../../../src/uploadcare/credentials.ts';
import { createRestClient, type RestClient } from '../../../src/uploadcare/rest-client.ts';
import { createUploadClient, type UploadClient } from '../../../src/uploadcare/upload-client.ts';
import { createUploadSigner } from '../../../src/uploadcare/upload-signature.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { scriptedHttp } from '../../support/scripted-http.ts';
import type { Traffic } from './check-exchange.ts';

const REST = 'https://api.uploadcare.com';
const UPLOAD = 'https://upload.uploadcare.com';
const IMAGE = parseFileUuid('740e1b8c-1ad8-4324-b7ec-112c79d8eac2');
const PDF = parseFileUuid('740e1b8c-1ad8-4324-b7ec-112c79d8eac3');
const VIDEO = parseFileUuid('740e1b8c-1ad8-4324-b7ec-112c79d8eac4');
const PART_BYTES = 5_242_880;
const signal = new AbortController().signal;
const permit: SendPermit = { signal, beforeSend: async () => {} };

/** Keeps what an emulator is asked and what it answers. */
export function keepTraffic(emulator: Emulator): Traffic[] {
  const kept: Traffic[] = [];
  const handle = emulator.handle.bind(emulator);
  Object.assign(emulator, {
    handle: (request: EmulatorRequest) => {
      const answer = handle(request);
      kept.push({ request, answer });
      return answer;
    },
  });
  return kept;
}

interface Clients {
  readonly rest: RestClient;
  readonly upload: UploadClient;
}

function clientsOf(emulator: Emulator): Clients {
  const { http } = scriptedHttp(async (request) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request.bytes?.open() ?? []) chunks.push(chunk);
    const { status, headers, body } = emulator.handle({
      method: request.method,
      target: request.target,
      headers: { host: new URL(request.origin).host, ...request.headers },
      body: request.bytes === undefined ? (request.body ?? '') : Buffer.concat(chunks),
    });
    return { status, headers, body: String(body) };
  });
  const clock = new FakeClock();
  const world = { http, clock, random: () => 0.5, crash: () => {} };
  const base = { world, gate: OPEN_GATE, userAgent: 'test', limits: { maxTries: 1 } };
  const authorization = 'Uploadcare.Simple demopublickey:demosecretkey';
  const signer = () => ({ authorization });
  const rest = createTransport({ ...base, origin: REST, signer, dialect: REST_V07 });
  const upload = createTransport({ ...base, origin: UPLOAD, signer: null, dialect: UPLOAD_API });
  const parts = createTransport({ ...base, origin: UPLOAD, signer: null, dialect: PART_STORAGE });
  const credentials = parseCredentials('demopublickey', 'demosecretkey');
  const { send: sendPart } = parts;
  return {
    rest: createRestClient(rest.send, { origin: REST }),
    upload: createUploadClient({
      send: upload.send,
      sendPart,
      origin: UPLOAD,
      publicKey: credentials.publicKey,
      sign: createUploadSigner(credentials, () => clock.now()),
      random: () => 0.5,
    }),
  };
}

/** Lets our client call every endpoint it knows, of a project that has files, groups and jobs. */
export async function callEverything(emulator: Emulator): Promise<void> {
  const project = emulator.projects[0];
  project?.addFile({ uuid: IMAGE, name: 'cat.png', mimeType: 'image/png', isImage: true });
  project?.addFile({ uuid: PDF, name: 'paper.pdf', mimeType: 'application/pdf' });
  project?.addFile({ uuid: VIDEO, name: 'clip.mp4', mimeType: 'video/mp4' });
  const clients = clientsOf(emulator);
  await callFiles(clients);
  await callJobs(clients);
  await callWebhooks(clients);
  await callUploads(clients, emulator);
}

async function callFiles({
  rest: { files, metadata, tags, search, project },
}: Clients): Promise<void> {
  await project.info(signal);
  for (const query of [{}, { stored: true, limit: 2 }, { removed: true }, { include: 'appdata' }]) {
    await files.listPage({ query } as never, signal);
  }
  await files.fileInfo(IMAGE, signal);
  await files.fileDetails(IMAGE, { extra: 'appdata', signal });
  await metadata.set({ uuid: IMAGE, key: 'a' }, 'b', permit);
  await metadata.set({ uuid: IMAGE, key: 'a' }, 'c', permit);
  await metadata.all(IMAGE, signal);
  await metadata.get({ uuid: IMAGE, key: 'a' }, signal);
  await metadata.get({ uuid: IMAGE, key: 'none' }, signal);
  await metadata.remove({ uuid: IMAGE, key: 'a' }, permit);
  await tags.put(IMAGE, ['a', 'b'], permit);
  await tags.patch(IMAGE, { add: ['c'], delete: ['a'] } as never, permit);
  await tags.get(IMAGE, signal);
  const asked = { sort: ['size'], limit: 10, offset: 0 };
  await search.find({ search: { query: 'paper' } as never, ...asked }, signal);
  await files.storeBatch([IMAGE, VIDEO], permit);
  await files.localCopy({ source: IMAGE, store: true, metadata: { a: 'b' } }, permit);
  const copy = { source: IMAGE, target: 'backup', pattern: `\${default}`, makePublic: true };
  await files.remoteCopy(copy, permit);
  await files.remoteCopy(copy, permit);
}

async function callJobs({ rest: { conversions, addons } }: Clients): Promise<void> {
  const kinds = [
    ['document', [`${PDF}/document/-/format/jpg/`, 'invalid']],
    ['video', [`${VIDEO}/video/-/format/webm/-/thumbs~2/`]],
  ] as const;
  for (const [kind, paths] of kinds) {
    const [first] = await conversions.start(
      kind,
      { paths: [...paths], store: true } as never,
      permit,
    );
    const { conversion } = first as { conversion: { token: string } };
    await conversions.status(kind, conversion.token, signal);
  }
  await conversions.documentInfo(PDF, signal);
  const calls = [
    { name: 'uc_clamav_virus_scan', params: { purge_infected: true } },
    { name: 'remove_bg', params: { crop: true } },
    { name: 'aws_rekognition_detect_labels' },
    { name: 'aws_rekognition_detect_moderation_labels' },
  ] as const;
  for (const call of calls) {
    const { requestId } = await addons.execute(call as never, IMAGE, permit);
    await addons.status(call.name, requestId, signal);
  }
}

async function callWebhooks({ rest: { webhooks } }: Clients): Promise<void> {
  const targetUrl = 'https://example.com/hook';
  const created = await webhooks.create({ targetUrl, event: 'file.uploaded' }, permit);
  const { webhook } = created as { webhook: { id: number } };
  await webhooks.list(signal);
  await webhooks.update(webhook.id, { isActive: false, signingSecret: 'secret' }, permit);
  await webhooks.remove(webhook.id, permit);
  await webhooks.unsubscribe(targetUrl, permit);
}

async function callUploads({ upload, rest }: Clients, emulator: Emulator): Promise<void> {
  const bytes = (size: number) => ({
    size,
    open: async function* () {
      yield new Uint8Array(size);
    },
  });
  const settings = { store: 'auto', metadata: { a: 'b' }, tags: ['c'] } as const;
  const file = { filename: 'a.bin', contentType: 'application/octet-stream' };
  const uuid = await upload.direct.upload({ ...file, bytes: bytes(5) }, settings, permit);
  const size = 2 * PART_BYTES;
  const started = await upload.multipart.start({ ...file, size }, settings, signal);
  for (const url of started.parts) {
    await upload.multipart.putPart({ ...file, url, bytes: bytes(PART_BYTES) }, signal);
  }
  await upload.multipart.complete(started.uuid, permit);
  emulator.addUrl('https://example.com/cat.png', { size: 900 });
  const sourceUrl = 'https://example.com/cat.png';
  const start = await upload.fromUrl.start({ ...settings, sourceUrl }, permit);
  const { token } = start as { token: string };
  for (const wait of [0, 500, 2000]) {
    emulator.clock.advance(wait);
    await upload.fromUrl.status(token, signal);
  }
  const group = await upload.uploaded.createGroup([uuid, `${IMAGE}/-/resize/x60/`], permit);
  await upload.uploaded.group(group.id, signal);
  await upload.uploaded.file(uuid, signal);
  await rest.groups.listPage({ query: {} }, signal);
  await rest.groups.details(group.id, signal);
  await rest.groups.remove(group.id, permit);
  await rest.files.deleteBatch([uuid, IMAGE], permit);
}
