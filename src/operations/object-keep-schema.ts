import * as z from 'zod';
import { OBJECT_KEPT } from './bucket-object.ts';

/** The option `keep` of operations that make files from objects of a bucket. */
export const objectKeepSchema = z
  .array(z.enum(OBJECT_KEPT, { error: `one of ${OBJECT_KEPT.join(', ')}` }), {
    error: 'a list of words',
  })
  .optional()
  .describe(
    'Facts that the file of an object of a bucket keeps: `filename`, `metadata`; both if absent',
  );
