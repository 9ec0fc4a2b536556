import { ClassifiedError } from '../core/failure.ts';
import { type FileUuid, isFileUuid, parseFileUuid } from '../core/file-uuid.ts';
import type { Item } from '../core/item.ts';

/** The file that an item stands for; an item that stands for none fails alone. */
export function uuidOf(item: Item): FileUuid {
  if (isFileUuid(item.key)) return parseFileUuid(item.key);
  throw new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'not_a_file',
    message: `The item is no file of the project: ${JSON.stringify(item.key.slice(0, 100))}`,
  });
}
