import { formatBytes } from '../core/byte-size.ts';
import { mapKey, mapValue } from './apache-redirects.ts';
import { distinctRedirects, type Redirect, type RedirectSource, redirects } from './redirects.ts';

// Limits of a key value store, from
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions-create-s3-kvp.html
const MAX_KEY = 512;
const MAX_VALUE = 1024;
const MAX_FILE = 5_000_000;

/**
 * Writes a file that CloudFront imports into a key value store. A CloudFront function finds the new URL of a
 * request there. The keys are those of the map for Apache.
 */
export function* cloudfrontRedirects(source: RedirectSource): Generator<string> {
  let size = 0;
  let separator = '{"data":[\n';
  for (const one of distinctRedirects(redirects(source), findKey, source.onOmitted)) {
    const line = separator + JSON.stringify({ key: mapKey(one), value: mapValue(one) });
    size += Buffer.byteLength(line);
    separator = ',\n';
    yield line;
  }
  yield separator === ',\n' ? '\n]}\n' : '{"data":[]}\n';
  if (size > MAX_FILE) {
    source.onLimit(
      `The file has ${formatBytes(size)}, and a key value store of CloudFront takes at most ${formatBytes(MAX_FILE)}. Let the server behind CloudFront redirect instead: --server nginx or apache.`,
    );
  }
}

function findKey(one: Redirect): string | null {
  const isTooLong = mapKey(one).length > MAX_KEY || mapValue(one).length > MAX_VALUE;
  return isTooLong ? null : mapKey(one);
}
