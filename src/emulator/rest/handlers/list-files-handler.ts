import { countOf } from '../../core/emulated-file.ts';
import type { Answer, Exchange } from '../exchange.ts';
import { nextLink, previousLink } from '../listing/list-links.ts';
import { listPage, sizePage } from '../listing/list-page.ts';
import { parseListQuery, parseSizeQuery } from '../listing/list-query.ts';

// Expected size of a file's JSON. It is slightly too large on purpose, so that the buffer of a page rarely
// has to grow.
const TYPICAL_FILE_BYTES = 1200;

/** Answers `GET /files/` (docs/uploadcare-api.md 1.7 and 3.1): one page of the project's files. */
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

// Maximum number of bytes that UTF-8 needs for one UTF-16 unit of a JavaScript string.
const MOST_BYTES_PER_UNIT = 3;

/** Collects the texts of a page in a buffer. Joining 1,000 files to one string would take twice as long. */
class BytesWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(start: string, expectedBytes: number) {
    this.#bytes = Buffer.allocUnsafe(expectedBytes);
    this.write(start);
  }

  write(text: string): void {
    const needed = this.#length + text.length * MOST_BYTES_PER_UNIT;
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** Returns the collected bytes. Nobody may call `write` afterwards. */
  take(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
