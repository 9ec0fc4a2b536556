import type { OptionTable } from '../option-values.ts';
import { text } from '../option-values.ts';

/** Options that are keys of `with`, by flag. */
export const STORE_OPTION = {
  store: { type: 'boolean', describe: 'Store the new files for good' },
} as const satisfies OptionTable;

/** Options of new files. */
export const NEW_FILE_OPTIONS = {
  ...STORE_OPTION,
  metadata: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'Metadata of each new file: key=value; may be repeated',
  },
  'add-tag': {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'Tag of each new file; may be repeated',
  },
} as const satisfies OptionTable;

/** An option that takes one text. */
export function textOption(flag: string, describe: string): OptionTable[string] {
  return { requiresArg: true, coerce: text(flag), describe };
}

/** An option that may be repeated. */
export function listOption(describe: string): OptionTable[string] {
  return { type: 'string', array: true, requiresArg: true, describe };
}
