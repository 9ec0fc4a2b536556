import { createRedactor, type Redact } from '../core/redact-secrets.ts';
import type { Environment } from './surroundings.ts';

/** Secrets that a command must not print. */
export interface HiddenSecrets {
  readonly redact: Redact;
  /** Adds secrets, such as those that a job reads from the environment. */
  add(secrets: readonly string[]): void;
}

/**
 * Collects the secrets that no text of a command may contain: values from the environment, and headers that contain
 * secrets. Finds secret keys and signing secrets by the names of their variables, and passwords in the
 * URLs of proxies.
 */
export function hideSecrets(env: Environment): HiddenSecrets {
  const names = Object.keys(env).filter((name) => /SECRET_KEY|SIGNING_SECRET/.test(name));
  const secrets = [...names.map((name) => env[name] ?? ''), ...proxyPasswords(env)];
  let redact = createRedactor(secrets);
  return {
    redact: (text) => redact(text),
    add(more) {
      secrets.push(...more);
      redact = createRedactor(secrets);
    },
  };
}

/**
 * The passwords in the URLs of proxies, encoded and decoded. A password is the part between `:` and the last
 * `@`.
 */
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
