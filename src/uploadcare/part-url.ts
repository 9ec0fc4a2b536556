import { ClassifiedError } from '../core/failure.ts';

/** Storage hosts that Uploadcare documents and uses in recorded answers. */
const STORAGE_HOSTS: readonly string[] = [
  'uploadcare.s3-accelerate.amazonaws.com',
  'upload.uploadcare.com',
];

/** The hosts that may receive parts of files. */
export interface PartHosts {
  /** Origin of the Upload API, which may also receive parts. */
  readonly apiOrigin: string;
  /** Additional storage hosts from the user: `storage.example.com`, `*.example.com`. */
  readonly hosts?: readonly string[];
}

const URL_PARTS = /^((https?):\/\/([^/?#@\\]+))(\/[!-[\]-~]*)$/i;

/**
 * Splits a presigned URL into origin and target, byte for byte. A part carries no key, but it
 * carries the file. So parts only go to the Upload API's own origin, or over HTTPS to a known
 * storage. Plain HTTP is allowed only for hosts that the user named, and only if the Upload API
 * itself uses HTTP.
 */
export function splitPartUrl(
  url: string,
  { apiOrigin, hosts = [] }: PartHosts,
): { readonly origin: string; readonly target: string } {
  const [, origin, scheme = '', host = '', target] = URL_PARTS.exec(url) ?? [];
  if (origin === undefined || target === undefined || target.includes('#')) {
    throw refused(`The service gave a part URL that is not valid: ${withoutQuery(url)}`);
  }
  if (origin.toLowerCase() === apiOrigin.toLowerCase()) return { origin, target };
  const isHttps = scheme.toLowerCase() === 'https';
  const name = host.toLowerCase().replace(isHttps ? /:443$/ : /:80$/, '');
  const isNamed = hosts.some((pattern) => matchesHost(pattern, name));
  const isSafe = isHttps || (isNamed && apiOrigin.startsWith('http:'));
  if (isSafe && (isNamed || STORAGE_HOSTS.includes(name))) return { origin, target };
  throw refused(
    `The service gave a part URL outside of Uploadcare's known storage: ${withoutQuery(url)}. ucbulk sent no part there. If that storage is yours, allow it: --part-host ${name} or UCBULK_PART_HOST; it needs https`,
  );
}

function matchesHost(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}

function refused(message: string): ClassifiedError {
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: 'bad_part_url',
    message,
    fatalCause: 'configuration',
  });
}

/** The URL without its query, which contains the signature. */
function withoutQuery(url: string): string {
  return (url.split('?')[0] ?? '').slice(0, 120).replaceAll(/[^!-~]+/g, '?');
}
