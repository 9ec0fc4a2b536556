import { BytesWriter } from '../bytes-writer.ts';
import { fileJson } from '../emulated-file.ts';
import type { Answer, Exchange } from '../exchange.ts';
import { countOf } from '../file-kinds.ts';
import { nextLink, previousLink } from '../list-links.ts';
import { listPage } from '../list-page.ts';
import { parseListQuery } from '../list-query.ts';

// A little more than a file takes, so that a page is rarely moved to a larger buffer.
const TYPICAL_FILE_BYTES = 1200;

/** GET /files/ (contract 1.7, 3.1). */
export function listFiles(exchange: Exchange): Answer {
  const { files } = exchange.project;
  const asked = exchange.query();
  const query = parseListQuery(asked);
  const page = listPage(files, query);
  const counts = files.counts();
  const address = { base: exchange.origins.api + exchange.path, query: asked };
  const head =
    `{"next":${JSON.stringify(nextLink(address, page.next))},` +
    `"previous":${JSON.stringify(previousLink(address, page.previous))},` +
    `"total":${countOf(query.kind, counts)},` +
    `"totals":{"removed":${counts.removed},"stored":${counts.stored},"unstored":${counts.unstored}},` +
    `"per_page":${query.limit},"results":[`;
  const body = new BytesWriter(head, page.refs.length * TYPICAL_FILE_BYTES + head.length * 3);
  for (const [position, ref] of page.refs.entries()) {
    const json = fileJson(files.describe(ref), exchange.origins, query.include);
    body.write(position === 0 ? json : `,${json}`);
  }
  body.write(']}');
  return { status: 200, body: body.take() };
}
