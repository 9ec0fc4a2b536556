import * as z from 'zod';
import { isJsonObject, type JsonObject } from '../../core/json.ts';

/**
 * The schema of an object that ucbulk passes on unchanged. The schema does not check the content of the
 * object, so deep nesting can't overflow the stack.
 */
export const jsonBlock = z.custom<JsonObject>(isJsonObject, 'not an object');
