import { ClassifiedError } from '../core/failure.ts';

const URL_PARTS = /^((https?):\/\/[^/?#@\\]+)(\/[!-[\]-~]*)$/i;

/**
 * A presigned URL as origin and target, byte for byte. No key goes with a part, but the file does:
 * over plain HTTP only where the Upload API itself is asked that way.
 */
export function splitPartUrl(
  url: string,
  apiOrigin: string,
): { readonly origin: string; readonly target: string } {
  const [, origin, scheme, target] = URL_PARTS.exec(url) ?? [];
  const isSafe = scheme?.toLowerCase() === 'https' || apiOrigin.startsWith('http:');
  if (origin !== undefined && target !== undefined && isSafe && !target.includes('#')) {
    return { origin, target };
  }
  throw new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: 'bad_part_url',
    message: `The URL for a part is none we send a file to: ${shown(url)}`,
    fatalCause: 'configuration',
  });
}

/** Without its query, where the signature is. */
function shown(url: string): string {
  return (url.split('?')[0] ?? '').slice(0, 120).replaceAll(/[^!-~]+/g, '?');
}
