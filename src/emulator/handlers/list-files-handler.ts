import { BytesWriter } from '../bytes-writer.ts';
import type { Answer, Exchange } from '../exchange.ts';
import { countOf } from '../file-kinds.ts';
import { nextLink, previousLink } from '../list-links.ts';
import { listPage } from '../list-page.ts';
import { parseListQuery, parseSizeQuery } from '../list-query.ts';
import { sizePage } from '../size-page.ts';

// A little more than a file takes, so that a page is rarely moved to a larger buffer.
const TYPICAL_FILE_BYTES = 1200;

/** GET /files/ (api 1.7, 3.1). */
export function listFiles(exchange: Exchange): Answer {
  const { files } = exchange.project;
  const asked = exchange.query();
  const isBySize = exchange.version === '0.6' && /^-?size$/.test(asked.get('ordering') ?? '');
  const query = isBySize ? parseSizeQuery(asked) : parseListQuery(asked);
  const page = isBySize ? sizePage(files, query) : listPage(files, query);
  const counts = files.counts();
  const address = {
    base: exchange.origins.api + exchange.path,
    query: asked,
    ...(isBySize ? { keyText: String } : {}),
  };
  const extra = exchange.extra();
  const totals =
    exchange.version === '0.6'
      ? ''
      : `"totals":{"removed":${counts.removed},"stored":${counts.stored},"unstored":${counts.unstored}},`;
  const head =
    `{"next":${JSON.stringify(nextLink(address, page.next))},` +
    `"previous":${JSON.stringify(previousLink(address, page.previous))},` +
    `"total":${countOf(query.kind, counts)},` +
    `${totals}"per_page":${query.limit},"results":[`;
  const body = new BytesWriter(head, page.refs.length * TYPICAL_FILE_BYTES + head.length * 3);
  for (const [position, ref] of page.refs.entries()) {
    const json = exchange.fileJson(ref, extra);
    body.write(position === 0 ? json : `,${json}`);
  }
  body.write(']}');
  return { status: 200, body: body.take() };
}
