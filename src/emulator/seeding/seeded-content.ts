import { mixBits, unitInterval } from '../core/integer-hash.ts';

/** The content of a file that is generated from the seed. */
export interface SeededContent {
  readonly extension: string;
  readonly mimeType: string;
  /** Size in bytes. */
  readonly size: number;
  readonly isImage: boolean;
  /**
   * The field `content_info` as JSON text. Its keys have the order that recordings of the real service show
   * (docs/uploadcare-api.md 2.1).
   */
  readonly contentInfo: string;
}

const IMAGES = [
  { extension: '.jpg', subtype: 'jpeg', format: 'JPEG', mode: 'RGB', bytesPerPixel: 0.25 },
  { extension: '.jpeg', subtype: 'jpeg', format: 'JPEG', mode: 'RGB', bytesPerPixel: 0.2 },
  { extension: '.JPG', subtype: 'jpeg', format: 'JPEG', mode: 'RGB', bytesPerPixel: 0.3 },
  { extension: '.png', subtype: 'png', format: 'PNG', mode: 'RGBA', bytesPerPixel: 0.9 },
  { extension: '.webp', subtype: 'webp', format: 'WEBP', mode: 'RGB', bytesPerPixel: 0.12 },
  { extension: '.gif', subtype: 'gif', format: 'GIF', mode: 'P', bytesPerPixel: 0.6 },
] as const;

const OTHERS = [
  { extension: '.pdf', mimeType: 'application/pdf', bytes: 400_000 },
  {
    extension: '.docx',
    mimeType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    bytes: 80_000,
  },
  { extension: '.doc', mimeType: 'application/msword', bytes: 120_000 },
  { extension: '.txt', mimeType: 'text/plain', bytes: 3000 },
  { extension: '.csv', mimeType: 'text/csv', bytes: 60_000 },
  { extension: '.zip', mimeType: 'application/zip', bytes: 5_000_000 },
  { extension: '.ogg', mimeType: 'audio/ogg', bytes: 2_500_000 },
  { extension: '', mimeType: 'application/octet-stream', bytes: 900 },
] as const;

const WIDTHS = [300, 536, 800, 1280, 1920, 2560, 4032, 6000] as const;
const HEIGHTS = [183, 354, 665, 720, 1080, 2048, 3024, 4000] as const;
const DENSITIES = ['null', '[72,72]', '[96,96]', '[300,300]'] as const;
const SHOTS = ['2019-05-01T12:30:00', '2021-08-14T09:01:44', '2023-03-10T16:23:15'] as const;

/**
 * Generates the content of the file with this index. The mix resembles that of a shop or a community: seven
 * of ten files are images, one is a video, two are documents.
 */
export function seededContent(seed: number, index: number): SeededContent {
  const bits = mixBits(seed, index);
  const detail = mixBits(bits, index);
  const kind = bits % 10;
  if (kind < 7) return imageContent(bits >>> 4, detail);
  if (kind === 7) return videoContent(bits >>> 4, detail);
  return otherContent(bits >>> 4, detail);
}

function imageContent(bits: number, detail: number): SeededContent {
  const kind = IMAGES[bits % IMAGES.length] ?? IMAGES[0];
  const width = WIDTHS[detail & 7] ?? 800;
  const height = HEIGHTS[(detail >>> 3) & 7] ?? 665;
  const isShot = kind.format === 'JPEG' && (detail & 0x40) !== 0;
  const dpi = DENSITIES[(detail >>> 7) & 3] ?? 'null';
  const orientation = isShot ? ((detail >>> 9) & 7) + 1 : 'null';
  const isPlaced = isShot && (detail & 0x1000) !== 0;
  const place = isPlaced
    ? `{"latitude":${coordinate(detail, 90)},"longitude":${coordinate(bits, 180)}}`
    : 'null';
  const taken = isShot ? `"${SHOTS[detail % SHOTS.length]}"` : 'null';
  const image =
    `{"dpi":${dpi},"width":${width},"format":"${kind.format}","height":${height},` +
    `"sequence":${kind.format === 'GIF'},"color_mode":"${kind.mode}","orientation":${orientation},` +
    `"geo_location":${place},"datetime_original":${taken}}`;
  const mimeType = `image/${kind.subtype}`;
  return {
    extension: kind.extension,
    mimeType,
    size: scaled(width * height * kind.bytesPerPixel, detail),
    isImage: true,
    contentInfo: `{"mime":${mimeInfo(mimeType)},"image":${image}}`,
  };
}

function videoContent(bits: number, detail: number): SeededContent {
  const isWebm = bits % 3 === 0;
  const duration = 1000 + (detail % 600_000);
  const bitrate = 700 + (bits % 4000);
  const tracks =
    `"audio":[{"bitrate":128,"codec":"${isWebm ? 'opus' : 'aac'}","sample_rate":44100,"channels":2}],` +
    `"video":[{"height":720,"width":1280,"frame_rate":29.97,"bitrate":${bitrate - 128},"codec":"${isWebm ? 'vp9' : 'h264'}"}]`;
  const video = `{"duration":${duration},"format":"${isWebm ? 'webm' : 'mpeg4'}","bitrate":${bitrate},${tracks}}`;
  const mimeType = isWebm ? 'video/webm' : 'video/mp4';
  return {
    extension: isWebm ? '.webm' : '.mp4',
    mimeType,
    size: Math.floor((bitrate * duration) / 8),
    isImage: false,
    contentInfo: `{"mime":${mimeInfo(mimeType)},"video":${video}}`,
  };
}

function otherContent(bits: number, detail: number): SeededContent {
  const kind = OTHERS[bits % OTHERS.length] ?? OTHERS[0];
  return {
    extension: kind.extension,
    mimeType: kind.mimeType,
    size: scaled(kind.bytes, detail),
    isImage: false,
    contentInfo: `{"mime":${mimeInfo(kind.mimeType)}}`,
  };
}

const mimeInfos = new Map<string, string>();

function mimeInfo(mime: string): string {
  const known = mimeInfos.get(mime);
  if (known !== undefined) return known;
  const [type, subtype] = mime.split('/', 2);
  const info = `{"mime":"${mime}","type":"${type}","subtype":"${subtype}"}`;
  mimeInfos.set(mime, info);
  return info;
}

function scaled(bytes: number, bits: number): number {
  return Math.max(1, Math.floor(bytes * (0.3 + unitInterval(bits) * 1.7)));
}

function coordinate(bits: number, limit: number): string {
  return ((unitInterval(bits) * 2 - 1) * limit).toFixed(6);
}

const CUSTOMERS = [
  'ACME',
  'Müller GmbH',
  'ООО Ромашка',
  '株式会社サンプル',
  'شركة',
  'O"Neill',
] as const;

/**
 * Generates the metadata of the file with this index, as JSON text. `share` is the share of files with
 * metadata; the others get `{}`.
 */
export function seededMetadata(seed: number, index: number, share: number): string {
  const bits = mixBits(seed, index);
  if (unitInterval(bits) >= share) return '{}';
  const detail = mixBits(bits, index);
  const values = {
    'order-id': String(10_000 + (detail % 90_000)),
    ...((detail & 0x100) === 0 ? {} : { source: (detail & 0x200) === 0 ? 'web' : 'mobile' }),
    ...((detail & 0x400) === 0 ? {} : { customer: CUSTOMERS[detail % CUSTOMERS.length] }),
  };
  return JSON.stringify(values);
}
