import type { EntityDecoderOptions } from 'fast-xml-parser';

const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi;
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};
const MAX_CODE_POINT = 0x10_ff_ff;

/**
 * Decodes the references of XML 1.0 in a text, such as `&amp;` and `&#34;`. Servers that are written in Go (MinIO,
 * SeaweedFS) write quotes as numbers. Every other reference stays as it is.
 */
function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(
    REFERENCE,
    (reference: string, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED[name] ?? reference;
      const code = Number.parseInt(decimal ?? hex ?? '', decimal === undefined ? 16 : 10);
      return code > MAX_CODE_POINT ? reference : String.fromCodePoint(code);
    },
  );
}

/** The decoder for the parser. A server with the protocol of S3 never defines entities of its own. */
export const referenceDecoder: EntityDecoderOptions = {
  decode: decodeReferences,
  addInputEntities(entities) {
    if (Object.keys(entities).length > 0) throw new Error('The answer defines entities');
  },
  setExternalEntities: () => undefined,
  setXmlVersion: () => undefined,
  reset: () => undefined,
};
