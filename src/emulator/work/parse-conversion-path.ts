/** The parts of a path that asks for a conversion (docs/uploadcare-api.md 7.1). */
export interface ConversionPath {
  /** UUID of the source file, in lower case. */
  readonly uuid: string;
  /** The format to convert to. */
  readonly format: string;
  /** For documents: the number of the only page to convert. Null means all pages. */
  readonly page: number | null;
  /** For videos: the number of thumbnails, from 1 to 50. */
  readonly thumbs: number;
}

/** The reason why a path is invalid, in the words of the service. */
export interface PathProblem {
  readonly problem: string;
}

const PATH =
  /^(?:https?:\/\/[^/\s]+)?\/?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(document|video)(?:\/(.*))?$/i;

// The limit is in the vendor's documentation.
const MOST_THUMBS = 50;
const THUMBS = /^thumbs(?:~(\d+))?(?:\/\d+)?$/;

const PATTERNS: Readonly<
  Record<'document' | 'video', Readonly<Record<string, readonly [RegExp, string]>>>
> = {
  document: {
    format: [/^[a-z0-9][a-z0-9.-]*$/, 'String(format)'],
    page: [/^[1-9]\d*$/, 'PositiveInteger(page)'],
    quality: [/^[1-9]\d?\d?$/, 'Integer(quality)'],
    dpi: [/^[1-9]\d*$/, 'PositiveInteger(dpi)'],
  },
  video: {
    format: [/^(?:webm|ogg|mp4)$/, 'VideoFormat(format)'],
    quality: [/^(?:normal|better|best|lighter|lightest)$/, 'VideoQuality(quality)'],
    cut: [/^[\d:.]+\/(?:[\d:.]+|end)$/, 'TimeRange(cut)'],
    size: [
      /^(?:\d+x\d*|x\d+)(?:\/(?:preserve_ratio|change_ratio|scale_crop|add_padding))?$/,
      'OneOrTwoDimensionsDivisibleByFour(size)',
    ],
  },
};

/**
 * Reads the path of a conversion. A recording shows the text of the problem only for the operation `size`.
 * Assumption: the texts for other operations follow the same pattern.
 */
export function parseConversionPath(
  kind: 'document' | 'video',
  path: string,
): ConversionPath | PathProblem {
  const match = PATH.exec(path);
  if (match === null || match[2] !== kind) {
    return { problem: `Bad path "${path}". Use UUID or CDN URL` };
  }
  const [, uuid = '', , rest = ''] = match;
  const operations = rest.split(/(?:^|\/)-\//).map((part) => part.replace(/\/$/, ''));
  const values = new Map<string, string>();
  for (const operation of operations) {
    const problem = operation === '' ? undefined : readOperation(kind, operation, values);
    if (problem !== undefined) return { problem };
  }
  const format = values.get('format') ?? (kind === 'document' ? 'pdf' : 'mp4');
  const page = values.get('page');
  return {
    uuid: uuid.toLowerCase(),
    format,
    page: page === undefined ? null : Number(page),
    thumbs: Number(values.get('thumbs') ?? 1),
  };
}

function readOperation(
  kind: 'document' | 'video',
  operation: string,
  values: Map<string, string>,
): string | undefined {
  // Other operations are `name/value`. In `thumbs~2/1`, the number of thumbnails follows `~`, and a second
  // number can follow a slash.
  const thumbs = kind === 'video' ? THUMBS.exec(operation) : null;
  const count = Number(thumbs?.[1] ?? 1);
  // If the number of thumbnails is invalid, this condition is false, and the code below returns an error
  // text. That text is an assumption: no recording of the real service shows it.
  if (thumbs !== null && count >= 1 && count <= MOST_THUMBS) {
    values.set('thumbs', String(count));
    return undefined;
  }
  const slash = operation.indexOf('/');
  const name = slash < 0 ? operation : operation.slice(0, slash);
  const value = slash < 0 ? '' : operation.slice(slash + 1);
  const [pattern, argument] = PATTERNS[kind][name] ?? [];
  // This text comes from a test in which the vendor's own client talks to the real service.
  if (pattern === undefined) return `Operations parsing: Cannot parse url part: ${operation}`;
  if (!pattern.test(value) || (name === 'size' && !areDivisibleByFour(value))) {
    return `CDN Path error: Mandatory argument "${argument}" not found while parsing "${operation}"`;
  }
  values.set(name, value);
  return undefined;
}

function areDivisibleByFour(size: string): boolean {
  const sides = (size.split('/', 1)[0] ?? '').split('x').filter((side) => side !== '');
  return sides.every((side) => Number(side) % 4 === 0);
}
