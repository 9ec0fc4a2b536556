import { ClassifiedError } from '../core/failure.ts';
import { contentDisposition, encodeHeaderText } from '../s3/encode-header-text.ts';
import { INTENT_KEY } from './operation-context.ts';
import type { OriginalFile } from './original-file.ts';

/** Maximum size of all names and values of `x-amz-meta-…` together (AWS S3 User Guide, "Object metadata"). */
const MAX_METADATA_BYTES = 2048;

/**
 * The headers of the object of a file: its name, and its metadata as `x-amz-meta-…`. If a bucket can't have the
 * metadata, they are left out if the sidecar has them. Without a sidecar, throws a failure of this item alone.
 */
export function objectHeaders(
  { filename, metadata }: Pick<OriginalFile, 'filename' | 'metadata'>,
  options: { readonly metadata: boolean; readonly sidecar: boolean },
): Record<string, string> {
  const name = filename === '' ? {} : { 'content-disposition': contentDisposition(filename) };
  if (!options.metadata) return name;
  const own = metadataHeaders(metadata);
  if (own instanceof ClassifiedError) {
    if (options.sidecar) return name;
    throw own;
  }
  return { ...name, ...own };
}

const PREFIX = 'x-amz-meta-';

/**
 * Metadata as headers, or the failure if a bucket can't have them. A bucket turns names into lower case. Characters
 * that the name of a header can't have become `_`.
 */
function metadataHeaders(
  metadata: OriginalFile['metadata'],
): Record<string, string> | ClassifiedError {
  const entries = Object.entries(metadata)
    .filter(([key]) => key !== INTENT_KEY)
    .map(([key, value]) => {
      const name = key.toLowerCase().replaceAll(/[^a-z0-9_.-]/g, '_');
      return [name, encodeHeaderText(value)] as const;
    });
  const size = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (size > MAX_METADATA_BYTES) {
    return refused(
      'metadata_too_large',
      `The metadata need ${size} bytes in the headers of the object, and a bucket takes ${MAX_METADATA_BYTES}`,
    );
  }
  if (new Set(entries.map(([name]) => name)).size < entries.length) {
    return refused(
      'metadata_names',
      'Two metadata keys of the file differ only in capital letters or in a colon, and would be one in the bucket',
    );
  }
  return Object.fromEntries(entries.map(([name, value]) => [`${PREFIX}${name}`, value]));
}

function refused(code: string, why: string): ClassifiedError {
  const message = `${why}. Set \`sidecar: true\`, which keeps all metadata in an object of its own, or \`metadata: false\``;
  return new ClassifiedError({ kind: 'permanent', effect: 'none', code, message });
}
