import { fileJson } from '../emulated-file.ts';
import type { Answer, Exchange } from '../exchange.ts';

/** GET /files/{uuid}/: removed files answer as well (contract 2.2, 3.2). */
export function fileInfo(exchange: Exchange): Answer {
  const include = exchange.query().get('include')?.split(',').includes('appdata')
    ? 'appdata'
    : 'plain';
  const file = exchange.project.files.describe(exchange.fileOfPath());
  return { status: 200, body: fileJson(file, exchange.origins, include) };
}
