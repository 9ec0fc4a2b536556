import type { Answer, Exchange } from '../exchange.ts';

/** GET /files/{uuid}/: removed files answer as well (api 2.2, 3.2). */
export function fileInfo(exchange: Exchange): Answer {
  return { status: 200, body: exchange.fileJson(exchange.fileOfPath(), exchange.extra()) };
}
