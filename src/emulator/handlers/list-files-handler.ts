import { fileJson } from '../emulated-file.ts';
import type { Answer, Exchange } from '../exchange.ts';
import { countOf } from '../file-kinds.ts';
import { nextLink, previousLink } from '../list-links.ts';
import { listPage } from '../list-page.ts';
import { parseListQuery } from '../list-query.ts';

/** GET /files/ (contract 1.7, 3.1). */
export function listFiles(exchange: Exchange): Answer {
  const { files } = exchange.project;
  const asked = exchange.query();
  const query = parseListQuery(asked);
  const page = listPage(files, query);
  const counts = files.counts();
  const address = { base: exchange.origins.api + exchange.path, query: asked };
  const results = page.refs.map((ref) =>
    fileJson(files.describe(ref), exchange.origins, query.include),
  );
  const body =
    `{"next":${JSON.stringify(nextLink(address, page.next))},` +
    `"previous":${JSON.stringify(previousLink(address, page.previous))},` +
    `"total":${countOf(query.kind, counts)},` +
    `"totals":{"removed":${counts.removed},"stored":${counts.stored},"unstored":${counts.unstored}},` +
    `"per_page":${query.limit},"results":[${results.join(',')}]}`;
  return { status: 200, body };
}
