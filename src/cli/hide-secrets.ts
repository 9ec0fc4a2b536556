import type { Environment } from './surroundings.ts';

/** Cuts secrets of the environment out of any text, and the simple scheme's header with them. */
export function hideSecrets(env: Environment): (text: string) => string {
  const given = [env.UPLOADCARE_SECRET_KEY, env.UCBULK_SIGNING_SECRET];
  const secrets = given
    .map((secret) => secret?.trim() ?? '')
    // A "secret" of a few characters is a test's or a mistake; it would blank out innocent words.
    .filter((secret) => secret.length >= 6);
  return (text) => secrets.reduce((left, secret) => left.replaceAll(secret, '[redacted]'), text);
}
