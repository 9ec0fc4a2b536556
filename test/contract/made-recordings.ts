import type { EmulatorRequest } from '../../src/emulator/emulator.ts';
import { parseMultipart } from '../../src/emulator/upload/multipart-form.ts';
import type { Traffic } from './openapi/check-exchange.ts';
import type { Interaction } from './recordings.ts';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const UPLOAD = /^\/(?:base|multipart|from_url|group|info)\//;

/** Traffic as the collector of recordings would have written it down. */
export function recordingOf(traffic: readonly Traffic[], recordedAt: string): Interaction[] {
  return traffic.map(({ request, answer }) => ({
    recordedAt: dateOf(answer.headers['date']) ?? recordedAt,
    request: {
      method: request.method,
      url: originOf(request.target) + request.target,
      headers: pick(request.headers, ['accept', 'content-type']),
      body: requestBody(request as EmulatorRequest),
    },
    response: {
      status: answer.status,
      headers: pick(answer.headers, ['content-type', 'allow', 'location', 'www-authenticate']),
      body: answerBody(answer),
    },
    trust: 'as-recorded',
    endpoint: endpointOf(request.method, request.target.split('?', 1)[0] ?? ''),
  }));
}

function endpointOf(method: string, path: string): string {
  if (path.startsWith('/parts/')) return 'PUT <presigned part url>';
  if (UPLOAD.test(path)) return `${method} upload:${path}`;
  const pattern = path
    .replace(new RegExp(`^/groups/${UUID.source}~\\d+`), '/groups/{group}')
    .replace(UUID, '{uuid}')
    .replace(/\/metadata\/[^/]+\//, '/metadata/{key}/')
    .replace(/\/status\/\d+\//, '/status/{token}/')
    .replace(/^\/webhooks\/\d+\//, '/webhooks/{id}/');
  return `${method} ${pattern}`;
}

function originOf(target: string): string {
  const isUpload = UPLOAD.test(target) || target.startsWith('/parts/');
  return isUpload ? 'https://upload.uploadcare.com' : 'https://api.uploadcare.com';
}

function requestBody({ headers, body }: EmulatorRequest): unknown {
  const type = headers['content-type'] ?? '';
  if (body.length === 0) return null;
  if (type.includes('urlencoded')) return { $form: [...new URLSearchParams(String(body))] };
  if (type.startsWith('multipart/')) return { $multipart: multipartOf(Buffer.from(body), type) };
  return type.includes('json')
    ? JSON.parse(String(body))
    : { $binary: { byteLength: body.length } };
}

function multipartOf(body: Buffer, type: string): object[] {
  return (parseMultipart(body, type) ?? []).map(({ name, fileName, contentType, data }) =>
    fileName === undefined
      ? { name, value: String(data) }
      : { name, filename: fileName, contentType, byteLength: data.length },
  );
}

function answerBody({ headers, body }: Traffic['answer']): unknown {
  const text = String(body);
  if (text === '') return null;
  return (headers['content-type'] ?? '').includes('json') ? JSON.parse(text) : { $text: text };
}

function pick(
  headers: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Record<string, string> {
  const present = names.filter((name) => headers[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, String(headers[name])]));
}

function dateOf(header: string | undefined): string | undefined {
  return header === undefined ? undefined : new Date(header).toISOString();
}
