import type { ArgumentsCamelCase } from 'yargs';
import type { ApiVersion } from '../core/api-version.ts';
import { ClassifiedError } from '../core/failure.ts';
import { present } from '../core/present.ts';
import { UserError } from '../core/user-error.ts';
import { connectionFromEnv } from '../run/connection-from-env.ts';
import { openClient, type ProjectClient } from '../run/open-client.ts';
import type { Invocation } from './command.ts';
import type { ClientFlags } from './connection-options.ts';
import { createWaitLog } from './wait-log.ts';

/** The advice if the answer to a change request was lost: nobody knows yet if the change happened. */
const LOST_ANSWER_ADVICE =
  'The answer was lost, so the change may have happened: check before you run the command again.';

/** Connects to the project for a command that creates no run. ucbulk stores nothing about such a command. */
export async function withClient<Result>(
  { surroundings, output }: Invocation,
  flags: ArgumentsCamelCase<ClientFlags> & { readonly apiVersion?: ApiVersion | undefined },
  use: (client: ProjectClient) => Promise<Result>,
): Promise<Result> {
  const client = openClient({
    world: surroundings.world,
    connection: connectionFromEnv(surroundings.env, flags),
    onWait: createWaitLog((_level, _facts, text) => output.info(text)),
    ...present({ offlineForMs: flags.offlineFor, apiVersion: flags.apiVersion }),
  });
  try {
    return await use(client);
  } catch (error) {
    throw explainFailure(error);
  } finally {
    await client.close();
  }
}

/**
 * Turns a refusal by the service into a usage error. Without this, the user would get advice about resuming a
 * run, but there is no run here.
 */
function explainFailure(error: unknown): unknown {
  if (!(error instanceof ClassifiedError)) return error;
  const { kind, effect, code, message, requestId } = error;
  const id = requestId === undefined ? '' : ` (request id ${requestId})`;
  if (kind === 'permanent') {
    return new UserError('usage', `The service refused the request: ${message}${id}`, {
      cause: error,
    });
  }
  if (kind !== 'transient' || effect === 'none') return error;
  return new ClassifiedError({
    kind,
    effect,
    code,
    message: `${message}. ${LOST_ANSWER_ADVICE}`,
    ...present({ requestId }),
    cause: error,
  });
}
