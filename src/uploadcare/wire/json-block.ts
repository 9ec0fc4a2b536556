import { z } from 'zod';
import type { JsonObject } from '../../core/json.ts';

/**
 * An object that is passed on unchanged. Its content is not inspected, so deep nesting is harmless.
 */
export const jsonBlock = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'not an object',
);
