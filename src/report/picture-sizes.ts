/** Programs whose names for smaller versions of a picture ucbulk knows. */
export const SIZE_NAMES = ['wordpress'] as const;

/** A program that names smaller versions of a picture. */
export type SizeNames = (typeof SIZE_NAMES)[number];

const PICTURE = /^[^?#]+\.(?:jpe?g|png|gif|webp|avif)$/i;
/** A width or height in a name. The CDN makes pictures of at most 3,000 pixels. */
const SIDE = String.raw`(?:[1-9]\d{0,2}|[12]\d{3})`;
const SIZED = new RegExp(sizedPattern(''));

/**
 * The pattern of a URL of a smaller version that WordPress makes. It has the groups `name`, `size` and `ending`,
 * with a prefix.
 */
export function sizedPattern(prefix: string): string {
  return `^(?<${prefix}name>[^?#]+)-(?<${prefix}size>${SIDE}x${SIDE}|scaled)(?<${prefix}ending>\\.[A-Za-z]{3,4})$`;
}

/** The operation that makes a smaller version of a picture, and the URLs that the picture may have. */
export interface PictureSize {
  readonly operation: string;
  /** The likeliest first. */
  readonly originals: readonly string[];
}

/**
 * The operation of the CDN for `-scaled`. WordPress makes this version of a picture whose width or height is
 * more than 2,560 pixels.
 */
export const SCALED_OPERATION = '-/preview/2560x2560/';

/** The operation of the CDN for a size such as `300x200`. WordPress writes the final size into the name. */
export function sizeOperation(size: string): string {
  return `-/scale_crop/${size}/center/`;
}

/** Reads the size from a URL such as `photo-300x200.jpg`, if WordPress makes such a name. Otherwise returns null. */
export function readPictureSize(url: string): PictureSize | null {
  const { name = '', size, ending = '' } = SIZED.exec(url)?.groups ?? {};
  if (size === undefined || !PICTURE.test(url)) return null;
  const original = name + ending;
  return size === 'scaled'
    ? { operation: SCALED_OPERATION, originals: [original] }
    : { operation: sizeOperation(size), originals: [original, `${name}-scaled${ending}`] };
}

/** The URL of a smaller version of a picture: of a size such as `300x200`, or of `scaled`. Null if it is not a picture. */
export function pictureSizeUrl(url: string, size: string): string | null {
  if (!PICTURE.test(url)) return null;
  const ending = url.slice(url.lastIndexOf('.'));
  return `${(sizesPath(url, true) ?? url).slice(0, -ending.length)}-${size}${ending}`;
}

/**
 * The path below which WordPress names the smaller versions of a picture: its own path. If `ofScaled`, the path of
 * the picture of which this one is the version `-scaled`. Null if there is none.
 */
export function sizesPath(path: string, ofScaled: boolean): string | null {
  if (!PICTURE.test(path)) return null;
  if (!ofScaled) return path;
  const original = path.replace(/-scaled(?=\.\w+$)/, '');
  return original === path ? null : original;
}
