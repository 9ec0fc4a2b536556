import type { Connection } from '../core/connection.ts';
import { formatDuration } from '../core/duration.ts';
import { type FatalCause, toFailure } from '../core/failure.ts';
import type { World } from '../core/world.ts';
import { type ClientOptions, openClient } from '../run/open-client.ts';
import { type Finding, good } from './examine-state.ts';

// Maximum harmless difference between the clock of this machine and that of the service. Small differences
// are harmless, because ucbulk signs its requests with the time of the service.
const SKEW_MS = 60_000;

/**
 * Sends one request to Uploadcare. The result shows if the network and the API keys work and if the local
 * clock is right.
 */
export async function examineService(
  connection: Connection,
  world: World,
  options: Pick<ClientOptions, 'offlineForMs' | 'onWait' | 'apiVersion'> = {},
): Promise<Finding[]> {
  let skew: number | null = null;
  const http: World['http'] = async (request) => {
    const response = await world.http(request);
    const at = Date.parse(response.headers['date'] ?? '');
    if (!Number.isNaN(at)) skew = at - world.clock.now();
    return response;
  };
  const about = { about: 'service', subject: connection.restOrigin };
  const client = openClient({
    world: { ...world, http },
    connection,
    ...options,
  });
  const findings: Finding[] = [];
  try {
    const { name } = await client.project();
    findings.push(good('service', connection.restOrigin, `answers; the keys are those of ${name}`));
  } catch (error) {
    const { fatalCause, message } = toFailure(error);
    const known = ADVICE.get(fatalCause);
    const advice = known ?? 'check the network and UPLOADCARE_REST_API_BASE, then run this again';
    findings.push({ ...about, level: known === undefined ? 'away' : 'bad', message, advice });
  } finally {
    await client.close();
  }
  return skew === null || Math.abs(skew) < SKEW_MS ? findings : [...findings, describeSkew(skew)];
}

const SET_KEYS =
  'set UPLOADCARE_PUBLIC_KEY and UPLOADCARE_SECRET_KEY to the keys of one project (dashboard: API keys)';

/** Advice for failures that do not end with a retry: the user must do something. */
const ADVICE: ReadonlyMap<FatalCause | undefined, string> = new Map([
  ['credentials', SET_KEYS],
  ['configuration', SET_KEYS],
  ['account', 'settle the account in the dashboard'],
]);

function describeSkew(skew: number): Finding {
  const direction = skew > 0 ? 'behind' : 'ahead of';
  return {
    about: 'clock',
    subject: 'this machine',
    level: 'note',
    message: `is ${formatDuration(Math.round(Math.abs(skew)))} ${direction} the service's clock; ucbulk signs requests with the service's time`,
    advice: 'set the clock (NTP)',
  };
}
