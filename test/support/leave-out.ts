import type { Emulator, EmulatorRequest, EmulatorResponse } from '../../src/emulator/emulator.ts';

/** Changes a file as the service sends it, e.g. by removing a field. */
export type ChangeFile = (file: Record<string, unknown>) => void;

/**
 * The answer to a request, with the files in it changed: those of listings, searches and single
 * reads. The endpoints of tags and metadata answer as before. Independent of the emulator's options.
 */
export function answerLeavingOut(
  request: Pick<EmulatorRequest, 'method' | 'target'>,
  answer: EmulatorResponse,
  change: ChangeFile,
): EmulatorResponse {
  const isListing = request.target.startsWith('/files/?');
  const isSearch = request.target.startsWith('/files/search/');
  const isFile = request.method === 'GET' && /^\/files\/[0-9a-f-]{36}\/(\?|$)/.test(request.target);
  if (answer.status !== 200 || !(isListing || isSearch || isFile)) return answer;
  const body = JSON.parse(String(answer.body)) as Record<string, unknown>;
  const files = isFile ? [body] : (body['results'] as Record<string, unknown>[]);
  for (const file of files) change(file);
  const text = JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  return {
    ...answer,
    headers: { ...answer.headers, 'content-length': length },
    body: Buffer.from(text),
  };
}

/** An emulator whose files are changed in every answer. */
export function leavingOut(emulator: Emulator, change: ChangeFile): Emulator {
  return {
    ...emulator,
    handle: (request) => answerLeavingOut(request, emulator.handle(request), change),
  };
}
