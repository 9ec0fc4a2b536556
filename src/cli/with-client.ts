import type { ArgumentsCamelCase } from 'yargs';
import { ClassifiedError } from '../core/failure.ts';
import { present } from '../core/present.ts';
import { UserError } from '../core/user-error.ts';
import { connectionFromEnv } from '../run/connection-from-env.ts';
import { openClient, type ProjectClient } from '../run/open-client.ts';
import type { Invocation } from './command.ts';
import type { ClientFlags } from './connection-options.ts';
import { createWaitLog } from './wait-log.ts';

/** What a change is followed by when nobody knows whether it was made. */
const LOOK_WORDS = 'Its answer was lost, so it may have been done: look before you try again.';

/** Opens the project for one plain command. Such a command is no run: nothing of it is kept. */
export async function withClient<Result>(
  { surroundings, output }: Invocation,
  flags: ArgumentsCamelCase<ClientFlags>,
  use: (client: ProjectClient) => Promise<Result>,
): Promise<Result> {
  const client = openClient({
    world: surroundings.world,
    connection: connectionFromEnv(surroundings.env, flags),
    onWait: createWaitLog((_level, _facts, text) => output.say(text)),
    ...present({ offlineForMs: flags.offlineFor }),
  });
  try {
    return await use(client);
  } catch (error) {
    throw inPlainWords(error);
  } finally {
    await client.close();
  }
}

/** What the service refuses was asked wrongly; there is no run that could be resumed. */
function inPlainWords(error: unknown): unknown {
  if (!(error instanceof ClassifiedError)) return error;
  const { kind, effect, code, message, requestId } = error;
  const id = requestId === undefined ? '' : ` (request id ${requestId})`;
  if (kind === 'permanent') {
    return new UserError('usage', `The service refused it: ${message}${id}`, { cause: error });
  }
  if (kind !== 'transient' || effect === 'none') return error;
  return new ClassifiedError({
    kind,
    effect,
    code,
    message: `${message}. ${LOOK_WORDS}`,
    ...present({ requestId }),
    cause: error,
  });
}
