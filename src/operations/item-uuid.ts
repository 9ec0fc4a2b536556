import { ClassifiedError } from '../core/failure.ts';
import { asFileUuid, type FileUuid } from '../core/file-uuid.ts';
import type { Item } from '../core/item.ts';

/**
 * The UUID of the file on which a step works. If the item is not a file, throws an error with which only this
 * item fails.
 */
export function itemUuid(item: Item): FileUuid {
  const text = item.file ?? item.key;
  const uuid = asFileUuid(text);
  if (uuid !== null) return uuid;
  throw new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'not_a_file',
    message: `The item is not a file of the project: ${JSON.stringify(text.slice(0, 100))}`,
  });
}
