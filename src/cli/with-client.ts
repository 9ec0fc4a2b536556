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

/** Advice for a change whose outcome is unknown. */
const LOST_ANSWER_ADVICE =
  'The answer was lost, so the change may have happened: check before you run the command again.';

/** Opens the project for a command without a run. Nothing about the command is stored. */
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

/** Turns a refusal of the service into a usage error: there is no run to resume. */
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
