import * as z from 'zod';
import type { PathFacts } from '../core/world.ts';
import type { TextPosition } from './read-lines.ts';
import { unusable } from './rejections.ts';

const cursorSchema = z.object({
  offset: z.int().min(0),
  line: z.int().min(1),
  size: z.int().min(0),
  modifiedAt: z.number(),
  /** Length of the file that records bad rows; absent if there are none so far. */
  rejects: z.int().min(0).optional(),
});

/**
 * Parses a cursor. Throws an error if the list has changed since the cursor was made, because its position is
 * then meaningless.
 */
export function parsePosition(
  cursor: string | null,
  facts: PathFacts,
  name: string,
): TextPosition & { readonly rejects?: number | undefined } {
  if (cursor === null) return { offset: 0, line: 1 };
  const position = cursorSchema.parse(JSON.parse(cursor));
  const { size, modifiedAt } = fileStamp(facts);
  if (position.size === size && position.modifiedAt === modifiedAt) return position;
  throw unusable(
    'list_changed',
    `The list ${name} was changed since the run began: restore it, or start a new run.`,
  );
}

/** The facts that differ after somebody changed the file. */
export function fileStamp({ size, modifiedAt }: PathFacts): Pick<PathFacts, 'size' | 'modifiedAt'> {
  return { size, modifiedAt };
}
