import type { Connection } from '../core/connection.ts';
import { parseUrl } from '../core/parse-url.ts';
import { UserError } from '../core/user-error.ts';
import type { Job } from '../job/job-schema.ts';
import { sourceBucket } from '../job/source-schemas.ts';

/** Addresses of this machine and of private networks (RFC 1918, RFC 4193, RFC 6598), and names that only they know. */
const PRIVATE =
  /^(?:localhost|127(?:\.\d+){3}|10(?:\.\d+){3}|192\.168(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}|169\.254(?:\.\d+){2}|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])(?:\.\d+){2}|\[(?:::1|f[cd][0-9a-f]{2}:.*)\]|[^.]+|.*\.(?:local|internal|lan|home\.arpa))$/;

/**
 * Throws a `UserError` if the service must download from a bucket that only this machine's network reaches. A service
 * in the same network, such as the emulator, can reach it.
 */
export function checkReach({ source, steps }: Job, { restOrigin }: Connection): void {
  const endpoint = sourceBucket(source)?.endpoint;
  if (endpoint === undefined || isPrivate(restOrigin) || !isPrivate(endpoint)) return;
  const index = steps.findIndex(({ uses }) => uses === 'import-url');
  if (index === -1) return;
  throw new UserError(
    'usage',
    `steps[${index}].uses is import-url, but Uploadcare can't reach ${endpoint}, which is in a private network. Nothing was sent. Write \`uses: upload\`: the bytes then go through this machine.`,
  );
}

function isPrivate(origin: string): boolean {
  const host = parseUrl(origin)?.hostname.toLowerCase() ?? '';
  return PRIVATE.test(host);
}
