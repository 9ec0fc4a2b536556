import { z } from 'zod';
import type { JsonObject } from '../../core/json.ts';

/** An object whose inside is passed on as it came: looked at no deeper, so that its depth harms nobody. */
export const jsonBlock = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'not an object',
);
