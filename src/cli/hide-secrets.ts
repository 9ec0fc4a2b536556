import { createRedactor, type Redact } from '../core/redact-secrets.ts';
import type { Environment } from './surroundings.ts';

/**
 * Replaces the secrets of the environment in any text, and headers that hold them: our own, and
 * whatever is named as the keys of a job's other projects must be.
 */
export function hideSecrets(env: Environment): Redact {
  const names = Object.keys(env).filter((name) => /SECRET_KEY|SIGNING_SECRET/.test(name));
  return createRedactor(names.map((name) => env[name] ?? ''));
}
