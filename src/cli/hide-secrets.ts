import { createRedactor, type Redact } from '../core/redact-secrets.ts';
import type { Environment } from './surroundings.ts';

/**
 * Replaces the secrets of the environment in any text, and headers that hold them: our own keys,
 * those of a job's other projects (their names say so), and the passwords of proxies.
 */
export function hideSecrets(env: Environment): Redact {
  const names = Object.keys(env).filter((name) => /SECRET_KEY|SIGNING_SECRET/.test(name));
  const keys = names.map((name) => env[name] ?? '');
  return createRedactor([...keys, ...proxyPasswords(env)]);
}

/** Passwords in the URLs of proxies, as they are written: the part between `:` and the last `@`. */
function proxyPasswords(env: Environment): string[] {
  const urls = Object.keys(env).filter((name) => /^https?_proxy$/i.test(name));
  return urls.flatMap((name) => {
    const password = /^(?:[a-z]+:\/\/)?[^:@/]*:(.+)@/i.exec(env[name] ?? '')?.[1];
    return password === undefined ? [] : [password, decoded(password)];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
