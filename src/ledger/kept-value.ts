import { UserError } from '../core/user-error.ts';

/** Reads JSON that a ledger kept; what is none was not written by ucbulk. */
export function keptJson<Value>(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch (error) {
    throw damagedValue('a text that must be JSON is none', error);
  }
}

/** The error of a value that no ledger has: the file was changed behind SQLite's back. */
export function damagedValue(what: string, cause?: unknown): UserError {
  return new UserError(
    'configuration',
    `The run's ledger is damaged: ${what}. ucbulk can't mend it. Put a backup in its place, or move it away; \`ucbulk doctor\` says which file it is.`,
    { cause },
  );
}
