import { ClassifiedError } from '../core/failure.ts';

/** Hosts of storages for parts that Uploadcare documents, or that occur in recorded traffic. */
const STORAGE_HOSTS: readonly string[] = [
  'uploadcare.s3-accelerate.amazonaws.com',
  'upload.uploadcare.com',
];

/** The hosts to which ucbulk may send parts of files. */
export interface PartHosts {
  /** The origin of the Upload API, which may also receive parts. */
  readonly apiOrigin: string;
  /** Further hosts that the user allowed, such as `storage.example.com` or `*.example.com`. */
  readonly hosts?: readonly string[];
}

const URL_PARTS = /^((https?):\/\/([^/?#@\\]+))(\/[!-[\]-~]*)$/i;

/**
 * Splits the URL for a part into its origin and the rest, without changing a character. Throws if the host is
 * not trusted, because it would receive the content of the file. Trusted are the origin of the Upload API,
 * and known storage hosts over HTTPS. Plain HTTP is allowed only for a host that the user named, and only if
 * the Upload API itself uses HTTP.
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

/** Returns a URL without its query, because the query contains a signature. */
function withoutQuery(url: string): string {
  return (url.split('?')[0] ?? '').slice(0, 120).replaceAll(/[^!-~]+/g, '?');
}
