import { closestWord } from './closest-word.ts';

/** The fields of a file in expressions, with their CEL types. The type is `dyn` if the field may be null. */
export const FILE_FIELDS = {
  uuid: 'string',
  filename: 'string',
  size: 'double',
  mimeType: 'string',
  isImage: 'dyn',
  isReady: 'bool',
  uploadedAt: 'double',
  storedAt: 'dyn',
  removedAt: 'dyn',
  metadata: 'map<string, string>',
  tags: 'list<string>',
  url: 'dyn',
} as const;

/**
 * The fields of an item in expressions. Every item has `key`. Rows of a list also have `columns`. Local files
 * also have the other three fields.
 */
const ITEM_FIELDS = ['key', 'columns', 'path', 'size', 'modifiedAt'] as const;

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  file: Object.keys(FILE_FIELDS),
  item: ITEM_FIELDS,
};
/** Names of the fields in the REST API and in `where`, in lower case and without `_`. */
const OTHER_NAMES: Readonly<Record<string, keyof typeof FILE_FIELDS>> = {
  name: 'filename',
  originalfilename: 'filename',
  mime: 'mimeType',
  type: 'mimeType',
  contenttype: 'mimeType',
  uploaded: 'uploadedAt',
  datetimeuploaded: 'uploadedAt',
  stored: 'storedAt',
  datetimestored: 'storedAt',
  removed: 'removedAt',
  datetimeremoved: 'removedAt',
  originalfileurl: 'url',
  id: 'uuid',
};
const FIELD = /(?<![\w.])(file|item)\s*\.\s*([A-Za-z_]\w*)/g;
const COLUMN =
  /(?<![\w.])item\s*\.\s*columns\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*(?:"([^"]*)"|'([^']*)')\s*\])/g;

/**
 * Checks that every field that an expression reads exists for files or items. Returns a message with a
 * suggestion for the first unknown field; null if all fields exist.
 */
export function unknownField(text: string): string | null {
  for (const [, root = '', name = ''] of withoutTexts(text).matchAll(FIELD)) {
    const known = FIELDS[root] ?? [];
    if (known.includes(name)) continue;
    const near = root === 'file' ? meantField(name) : closestWord(name, known);
    const hint = near === undefined ? '' : `; did you mean ${root}.${near}?`;
    const column = root === 'item' ? ` (the columns of a list: item.columns.${name})` : '';
    return `reads ${root}.${name}, which does not exist; known: ${known.join(', ')}${column}${hint}`;
  }
  return null;
}

/** The field of a file that a name probably means; undefined if there is none. */
export function meantField(name: string): string | undefined {
  return (
    OTHER_NAMES[name.toLowerCase().replaceAll('_', '')] ??
    closestWord(name, Object.keys(FILE_FIELDS))
  );
}

/** Finds the columns of a list that an expression reads by their names. */
export function findColumns(text: string): string[] {
  const names = text.matchAll(COLUMN);
  return [...names].map(([, plain, double, single]) => plain ?? double ?? single ?? '');
}

/** Replaces each text in quotes in an expression by an empty text. */
export function withoutTexts(text: string): string {
  return text.replaceAll(/"[^"]*"|'[^']*'/g, '""');
}
