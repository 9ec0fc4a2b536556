import { closestWord } from './closest-word.ts';

/** What is told of a file, by its CEL types; `dyn` where it may be null. */
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

/** What is known of every item, of those of a list, and of local files. */
const ITEM_FIELDS = ['key', 'columns', 'path', 'size', 'modifiedAt'] as const;

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  file: Object.keys(FILE_FIELDS),
  item: ITEM_FIELDS,
};
const ASKED = /(?<![\w.])(file|item)\s*\.\s*([A-Za-z_]\w*)/g;
const COLUMN =
  /(?<![\w.])item\s*\.\s*columns\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*(?:"([^"]*)"|'([^']*)')\s*\])/g;

/** What an expression asks for that no file or item has, with what was probably meant; null where all is known. */
export function unknownField(text: string): string | null {
  for (const [, root = '', name = ''] of withoutTexts(text).matchAll(ASKED)) {
    const known = FIELDS[root] ?? [];
    if (known.includes(name)) continue;
    const near = closestWord(name, known);
    const hint = near === undefined ? '' : `; did you mean ${root}.${near}?`;
    const column = root === 'item' ? ` (the columns of a list: item.columns.${name})` : '';
    return `asks for ${root}.${name}, which is not known; there is ${known.join(', ')}${column}${hint}`;
  }
  return null;
}

/** The columns of a list that an expression asks for by name. */
export function columnsIn(text: string): string[] {
  const names = text.matchAll(COLUMN);
  return [...names].map(([, plain, double, single]) => plain ?? double ?? single ?? '');
}

function withoutTexts(text: string): string {
  return text.replaceAll(/"[^"]*"|'[^']*'/g, '""');
}
