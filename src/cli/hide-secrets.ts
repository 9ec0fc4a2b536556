import type { Environment } from './surroundings.ts';

/**
 * Cuts secrets of the environment out of any text, and the simple scheme's header with them: our
 * own, and whatever is named as the keys of a job's other projects must be.
 */
export function hideSecrets(env: Environment): (text: string) => string {
  const names = Object.keys(env).filter((name) => /SECRET_KEY|SIGNING_SECRET/.test(name));
  const given = names.map((name) => env[name]);
  const secrets = given
    .map((secret) => secret?.trim() ?? '')
    // A "secret" of a few characters is a test's or a mistake; it would blank out innocent words.
    .filter((secret) => secret.length >= 6);
  return (text) => secrets.reduce((left, secret) => left.replaceAll(secret, '[redacted]'), text);
}
