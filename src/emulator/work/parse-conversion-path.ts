/** A conversion as requested by its path (api 7.1). */
export interface ConversionPath {
  /** Lower case. */
  readonly uuid: string;
  /** The target format. */
  readonly format: string;
  /** Document: one page; null means all pages. */
  readonly page: number | null;
  /** Video: number of thumbnails, 1 to 50. */
  readonly thumbs: number;
}

/** The problem of a path, as the service words it. */
export interface PathProblem {
  readonly problem: string;
}

const PATH =
  /^(?:https?:\/\/[^/\s]+)?\/?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(document|video)(?:\/(.*))?$/i;

// The documentation has 1 to 50.
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

/** Reads a path. The text of a problem is recorded for `size` only; the others follow it. */
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
  // `thumbs~2/1` is the only operation with a number before the slash.
  const thumbs = kind === 'video' ? THUMBS.exec(operation) : null;
  const count = Number(thumbs?.[1] ?? 1);
  // not recorded: the text for an invalid number of thumbnails.
  if (thumbs !== null && count >= 1 && count <= MOST_THUMBS) {
    values.set('thumbs', String(count));
    return undefined;
  }
  const slash = operation.indexOf('/');
  const name = slash < 0 ? operation : operation.slice(0, slash);
  const value = slash < 0 ? '' : operation.slice(slash + 1);
  const [pattern, argument] = PATTERNS[kind][name] ?? [];
  // The vendor's live test of its own client has this text.
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
