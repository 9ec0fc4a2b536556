import { ClassifiedError } from '../core/failure.ts';
import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import type { Item } from '../core/item.ts';

/** The file that a step acts on; an item that stands for none fails alone. */
export function uuidOf(item: Item): FileUuid {
  const text = item.file ?? item.key;
  if (isFileUuid(text)) return parseFileUuid(text);
  throw new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'not_a_file',
    message: `The item is no file of the project: ${JSON.stringify(text.slice(0, 100))}`,
  });
}
