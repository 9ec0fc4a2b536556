import { errorMessage } from '../core/error-message.ts';
import { parseRunId, type RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';

/** Parses a run id from the command line. Returns null if the user gave none. */
export function parseRunArgument(text: string | undefined): RunId | null {
  if (text === undefined) return null;
  try {
    return parseRunId(text);
  } catch (error) {
    throw notARunId(error);
  }
}

function notARunId(error: unknown): UserError {
  const message = errorMessage(error);
  return new UserError('usage', `${message}. \`ucbulk runs\` lists them.`, { cause: error });
}
