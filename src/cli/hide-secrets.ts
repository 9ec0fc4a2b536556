import type { Environment } from './surroundings.ts';

/** Cuts the secret key out of any text, and the simple scheme's header with it. */
export function hideSecrets(env: Environment): (text: string) => string {
  const secret = env.UPLOADCARE_SECRET_KEY?.trim() ?? '';
  // A "secret" of a few characters is a test's or a mistake; it would blank out innocent words.
  if (secret.length < 6) return (text) => text;
  return (text) => text.replaceAll(secret, '[redacted]');
}
