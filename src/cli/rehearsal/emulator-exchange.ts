import { type HttpExchange, WireError, type WireRequest } from '../../core/world.ts';
import type { Emulator } from '../../emulator/emulator.ts';

/**
 * Creates an exchange that passes each request to an emulator in this process. It opens no connection, so a
 * rehearsal can't reach the real service.
 */
export function createEmulatorExchange(emulator: Pick<Emulator, 'handle'>): HttpExchange {
  return async (request) => {
    const body = await readBody(request);
    if (!request.mayStart()) {
      throw new WireError({ code: 'guard_expired', phase: 'unsent', message: 'Too late' });
    }
    const { method, target, headers, origin } = request;
    const { host } = new URL(origin);
    const answer = emulator.handle({ method, target, headers: { ...headers, host }, body });
    const bytes = Buffer.from(answer.body);
    return { status: answer.status, headers: answer.headers, body: bytes.toString('utf8'), bytes };
  };
}

async function readBody({ body, bytes }: WireRequest): Promise<Buffer | string> {
  if (bytes === undefined) return body ?? '';
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
