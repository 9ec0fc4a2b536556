import type { Connection } from '../core/connection.ts';
import { parseUrl } from '../core/parse-url.ts';
import { present } from '../core/present.ts';
import { UserError } from '../core/user-error.ts';

/** The environment variables for the API bases and the keys. */
export interface ConnectionEnvironment {
  readonly UPLOADCARE_PUBLIC_KEY?: string | undefined;
  readonly UPLOADCARE_SECRET_KEY?: string | undefined;
  readonly UPLOADCARE_REST_API_BASE?: string | undefined;
  readonly UPLOADCARE_UPLOAD_API_BASE?: string | undefined;
}

/** Flags that take precedence over environment variables. */
export interface ConnectionFlags {
  readonly restApiBase?: string | undefined;
  readonly uploadApiBase?: string | undefined;
  readonly partHost?: readonly string[] | undefined;
  readonly auth?: Connection['auth'] | undefined;
  readonly uploadAuth?: Connection['uploadAuth'];
}

const REST_API_BASE = 'https://api.uploadcare.com';
const UPLOAD_API_BASE = 'https://upload.uploadcare.com';

/**
 * Reads the addresses of the APIs and the keys of the default project. No other code reads these keys. If the
 * user names only the address of the REST API, uploads go to the same host: files and keys may only be sent
 * to hosts that the user named. Throws a `UserError` if a value is missing or invalid.
 */
export function connectionFromEnv(
  env: ConnectionEnvironment,
  flags: ConnectionFlags = {},
): Connection {
  const restOrigin = parseApiBase(
    firstGiven(flags.restApiBase, env.UPLOADCARE_REST_API_BASE) ?? REST_API_BASE,
    { api: 'REST', example: REST_API_BASE },
  );
  const uploadBase = firstGiven(flags.uploadApiBase, env.UPLOADCARE_UPLOAD_API_BASE);
  return {
    publicKey: requireKey('UPLOADCARE_PUBLIC_KEY', env.UPLOADCARE_PUBLIC_KEY),
    secretKey: requireKey('UPLOADCARE_SECRET_KEY', env.UPLOADCARE_SECRET_KEY),
    restOrigin,
    uploadOrigin:
      uploadBase === undefined
        ? uploadOriginBeside(restOrigin)
        : parseApiBase(uploadBase, { api: 'Upload', example: UPLOAD_API_BASE }),
    ...present({ partHosts: flags.partHost }),
    auth: flags.auth ?? 'signed',
    ...(flags.uploadAuth !== undefined && { uploadAuth: flags.uploadAuth }),
  };
}

function uploadOriginBeside(restOrigin: string): string {
  return restOrigin === REST_API_BASE ? UPLOAD_API_BASE : restOrigin;
}

function firstGiven(flag: string | undefined, variable: string | undefined): string | undefined {
  return flag ?? (variable === '' ? undefined : variable);
}

const SET_KEYS =
  'Set UPLOADCARE_PUBLIC_KEY and UPLOADCARE_SECRET_KEY to the keys of your project (dashboard: API keys), or write them to ~/.uploadcare/config.yaml.';

/** Reads a key from an environment variable. If the key is missing, throws a `UserError` with `advice`. */
export function requireKey(name: string, value: string | undefined, advice = SET_KEYS): string {
  const key = value?.trim() ?? '';
  if (key === '') throw new UserError('configuration', `${name} is not set. ${advice}`);
  // A valid key has only these characters. With any other character, the key was copied wrongly and would
  // break the header that contains it.
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(key)) {
    throw new UserError(
      'configuration',
      `${name} has characters that a key can't have. Copy it again from the dashboard (API keys).`,
    );
  }
  return key;
}

function parseApiBase(
  text: string,
  { api, example }: { readonly api: 'REST' | 'Upload'; readonly example: string },
): string {
  const url = parseUrl(text);
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (
    url === null ||
    !isHttp ||
    url.username !== '' ||
    (url.pathname !== '/' && url.pathname !== '')
  ) {
    const name = api.toLowerCase();
    throw new UserError(
      'configuration',
      `The ${api} API base must look like ${example}, got \`${text.slice(0, 100)}\`. Correct --${name}-api-base or UPLOADCARE_${api.toUpperCase()}_API_BASE.`,
    );
  }
  return url.origin;
}
