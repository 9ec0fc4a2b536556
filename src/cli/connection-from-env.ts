import { UserError } from '../core/user-error.ts';
import type { Connection } from '../run/run-request.ts';
import type { Environment } from './surroundings.ts';

const DEFAULT_REST_API_BASE = 'https://api.uploadcare.com';

/** Reads whom to speak to and as whom; the only reader of the keys. */
export function connectionFromEnv(
  env: Environment,
  flags: { readonly restApiBase: string | undefined; readonly auth: 'signed' | 'simple' },
): Connection {
  const restOrigin = parseApiBase(
    flags.restApiBase ?? env.UPLOADCARE_REST_API_BASE ?? DEFAULT_REST_API_BASE,
  );
  return {
    publicKey: requireKey('UPLOADCARE_PUBLIC_KEY', env.UPLOADCARE_PUBLIC_KEY),
    secretKey: requireKey('UPLOADCARE_SECRET_KEY', env.UPLOADCARE_SECRET_KEY),
    restOrigin,
    auth: flags.auth,
  };
}

function requireKey(name: string, value: string | undefined): string {
  const key = value?.trim() ?? '';
  if (key === '') {
    throw new UserError(
      'configuration',
      `${name} is not set. Set UPLOADCARE_PUBLIC_KEY and UPLOADCARE_SECRET_KEY to the keys of your project (dashboard: API keys).`,
    );
  }
  // A key goes into a header: anything else than these is a slip of copy and paste.
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(key)) {
    throw new UserError(
      'configuration',
      `${name} has characters that no key has. Copy it again from the dashboard (API keys).`,
    );
  }
  return key;
}

function parseApiBase(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (
    url === null ||
    !isHttp ||
    url.username !== '' ||
    (url.pathname !== '/' && url.pathname !== '')
  ) {
    throw new UserError(
      'configuration',
      `The REST API base must look like ${DEFAULT_REST_API_BASE}, got \`${text.slice(0, 100)}\`. Mend --rest-api-base or UPLOADCARE_REST_API_BASE.`,
    );
  }
  return url.origin;
}
