// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of a pattern.
import { ClassifiedError } from '../core/failure.ts';
import type { FileUuid } from '../core/file-uuid.ts';
import type { GroupId } from '../core/group-id.ts';
import type { OriginalFile } from './original-file.ts';

/** The facts about a file or group that a pattern can name. */
type Named = Pick<OriginalFile, 'filename' | 'metadata'> & {
  /** UUID of the file, or id of the group. */
  readonly uuid: FileUuid | GroupId;
};

const PLACEHOLDER = /\$\{([^}]*)\}/g;
/** Longest key of an object, in bytes (AWS S3 User Guide, "Naming Amazon S3 objects"). */
const MAX_KEY_BYTES = 1024;
const VALUES: Readonly<Record<string, (file: Named) => string>> = {
  uuid: ({ uuid }) => uuid,
  filename: ({ filename }) => segment(filename, 'file'),
  ext: ({ filename }) => segment(/\.[^./\\]+$/.exec(filename)?.[0] ?? '', ''),
};
const METADATA = 'metadata.';

/** Describes what is wrong with a pattern, as the end of a sentence; null if nothing is. */
export function patternFault(pattern: string): string | null {
  const names = [...pattern.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  const unknown = names.find((name) => VALUES[name] === undefined && !/^metadata\../.test(name));
  if (unknown !== undefined) {
    return `has the unknown placeholder \${${unknown}}: use \${uuid}, \${filename}, \${ext} or \${metadata.KEY}`;
  }
  if (!names.includes('uuid')) {
    return 'has no ${uuid}, so two files could get the same key, and one would replace the other: add ${uuid}';
  }
  const segments = pattern.split('/');
  if (segments.includes('.') || segments.includes('..') || pattern.startsWith('/')) {
    return 'begins with a slash or has the segment . or ..: programs change such keys';
  }
  return null;
}

/** The key of the object of a file. Throws a failure of this item alone if the key is too long. */
export function objectKey(prefix: string, pattern: string, file: Named): string {
  const key = prefix + pattern.replaceAll(PLACEHOLDER, (_all, name: string) => expand(name, file));
  if (Buffer.byteLength(key) <= MAX_KEY_BYTES) return key;
  throw new ClassifiedError({
    kind: 'permanent',
    effect: 'none',
    code: 'key_too_long',
    message: `The key of the object would have more than ${MAX_KEY_BYTES} bytes. Use a shorter pattern such as \${uuid}\${ext}`,
  });
}

function expand(name: string, file: Named): string {
  const known = VALUES[name];
  if (known !== undefined) return known(file);
  return segment(file.metadata[name.slice(METADATA.length)] ?? '', 'none');
}

/** A value as a part of a key: without slashes and control characters, and never `.` or `..`. */
function segment(value: string, empty: string): string {
  const plain = Buffer.from(value)
    .toString()
    .replaceAll(/[/\\\p{Cc}]/gu, '_');
  if (plain === '') return empty;
  return /^\.{1,2}$/.test(plain) ? '_' : plain;
}
