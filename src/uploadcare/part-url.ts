import { ClassifiedError } from '../core/failure.ts';

/** Storage hosts that Uploadcare documents, and that its recorded answers name. */
const STORAGE_HOSTS: readonly string[] = [
  'uploadcare.s3-accelerate.amazonaws.com',
  'upload.uploadcare.com',
];

/** Where parts of files may go. */
export interface PartPlaces {
  /** Origin of the Upload API: parts may go there too. */
  readonly apiOrigin: string;
  /** More storage hosts, as the user named them: `storage.example.com`, `*.example.com`. */
  readonly hosts?: readonly string[];
}

const URL_PARTS = /^((https?):\/\/([^/?#@\\]+))(\/[!-[\]-~]*)$/i;

/**
 * A presigned URL as origin and target, byte for byte. No key goes with a part, but the file does:
 * only to the Upload API's own origin, and over HTTPS to a known storage. Plain HTTP is for hosts
 * that the user named, if the Upload API itself is asked that way.
 */
export function splitPartUrl(
  url: string,
  { apiOrigin, hosts = [] }: PartPlaces,
): { readonly origin: string; readonly target: string } {
  const [, origin, scheme = '', host = '', target] = URL_PARTS.exec(url) ?? [];
  if (origin === undefined || target === undefined || target.includes('#')) {
    throw refused(`The service gave a part URL that is not valid: ${shown(url)}`);
  }
  if (origin.toLowerCase() === apiOrigin.toLowerCase()) return { origin, target };
  const isHttps = scheme.toLowerCase() === 'https';
  const name = host.toLowerCase().replace(isHttps ? /:443$/ : /:80$/, '');
  const isNamed = hosts.some((pattern) => isHostOf(pattern, name));
  const isSafe = isHttps || (isNamed && apiOrigin.startsWith('http:'));
  if (isSafe && (isNamed || STORAGE_HOSTS.includes(name))) return { origin, target };
  throw refused(
    `The service gave a part URL outside of Uploadcare's known storage: ${shown(url)}. No part was sent there. If that storage is yours, allow it: --part-host ${name} or UCBULK_PART_HOST; it needs https`,
  );
}

function isHostOf(pattern: string, host: string): boolean {
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

/** Without its query, where the signature is. */
function shown(url: string): string {
  return (url.split('?')[0] ?? '').slice(0, 120).replaceAll(/[^!-~]+/g, '?');
}
