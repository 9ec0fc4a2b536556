import { UserError } from '../core/user-error.ts';
import { type Profile, readProfile } from './aws-profile.ts';
import type { BucketKeys, KeySources } from './bucket-keys.ts';
import { runCredentialProcess } from './credential-process.ts';

/** Provides the keys for a bucket. */
export interface KeyProvider {
  /** The region of the environment or of the profile; null if neither has one. */
  region(): Promise<string | null>;
  /** The keys that are valid now. Throws a `UserError` if there are none. */
  keys(): Promise<BucketKeys>;
  /** Forgets the keys, because the server says that they have ended. False if no others can be had. */
  renew(): boolean;
}

/** Keys that end sooner than this are renewed before a request, ms. A signed URL must outlive its way. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** Keys are not renewed more often than this, ms, although the command may print keys that end soon. */
const RENEW_EVERY_MS = 30_000;
const WHERE =
  'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile of ~/.aws/credentials with `profile`.';

/**
 * Creates the provider of keys for a bucket. The order is that of the AWS tools: a profile that the job names;
 * the variables; the profile of `AWS_PROFILE`; the profile `default`.
 */
export function createKeyProvider(named: string | undefined, sources: KeySources): KeyProvider {
  const { env, now } = sources;
  let current: Promise<BucketKeys> | null = null;
  let isRenewable = false;
  let loadedAt = 0;
  const profile = lazy(() => readProfile(named ?? env['AWS_PROFILE'] ?? 'default', sources));
  const load = async (): Promise<BucketKeys> => {
    if (named === undefined) {
      const given = keysOfEnv(env);
      if (given !== null) return given;
    }
    const found = await profile();
    if (found === null) throw noKeys(named ?? env['AWS_PROFILE']);
    isRenewable = found.kind === 'process';
    return found.kind === 'process' ? runCredentialProcess(found.command, env) : found.keys;
  };
  const mustRenew = ({ expiresAt = Number.POSITIVE_INFINITY }: BucketKeys, ageMs: number) =>
    isRenewable && ageMs > RENEW_EVERY_MS && expiresAt - now() < RENEW_BEFORE_MS;
  return {
    async region() {
      const given = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
      if (named === undefined && isSet(given)) return given;
      const found = await profile().catch(() => null);
      return found?.region ?? (isSet(given) ? given : null);
    },
    async keys() {
      const before = current;
      if (before !== null && !mustRenew(await before, now() - loadedAt)) return before;
      // Requests that find the keys old at the same time share the new ones.
      if (current === before) {
        loadedAt = now();
        current = load().catch((error: unknown) => {
          current = null;
          throw error;
        });
      }
      return current ?? load();
    },
    renew() {
      current = null;
      return isRenewable;
    },
  };
}

function keysOfEnv(env: KeySources['env']): BucketKeys | null {
  const accessKeyId = env['AWS_ACCESS_KEY_ID']?.trim() ?? '';
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY']?.trim() ?? '';
  if (accessKeyId === '' && secretAccessKey === '') return null;
  if (accessKeyId === '' || secretAccessKey === '') {
    const missing = accessKeyId === '' ? 'AWS_ACCESS_KEY_ID' : 'AWS_SECRET_ACCESS_KEY';
    throw new UserError('configuration', `${missing} is not set, but the other key is. ${WHERE}`);
  }
  const sessionToken = env['AWS_SESSION_TOKEN']?.trim() ?? '';
  return { accessKeyId, secretAccessKey, ...(sessionToken !== '' && { sessionToken }) };
}

function isSet(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}

function lazy(read: () => Promise<Profile | null>): () => Promise<Profile | null> {
  let value: Promise<Profile | null> | null = null;
  return () => {
    value ??= read();
    return value;
  };
}

function noKeys(profile: string | undefined): UserError {
  if (profile === undefined) {
    return new UserError('configuration', `There are no credentials for the bucket. ${WHERE}`);
  }
  return new UserError(
    'usage',
    `There is no profile ${JSON.stringify(profile)} in ~/.aws/credentials or ~/.aws/config. Correct its name, or add the profile.`,
  );
}
