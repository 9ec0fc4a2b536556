import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../../core/json.ts';

/**
 * An object that is passed on unchanged. Its content is not inspected, so deep nesting is harmless.
 */
export const jsonBlock = z.custom<JsonObject>(isJsonObject, 'not an object');
