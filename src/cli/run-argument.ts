import { errorMessage } from '../core/error-message.ts';
import { parseRunId, type RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';

/** A run id from the command line; null where none was given. */
export function parseRunArgument(text: string | undefined): RunId | null {
  if (text === undefined) return null;
  try {
    return parseRunId(text);
  } catch (error) {
    throw notARun(error);
  }
}

function notARun(error: unknown): UserError {
  const message = errorMessage(error);
  return new UserError('usage', `${message}. \`ucbulk runs\` lists them.`, { cause: error });
}
