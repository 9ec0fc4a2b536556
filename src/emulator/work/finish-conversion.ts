import type { EmulatedFile } from '../core/emulated-file.ts';
import { mixBits } from '../core/integer-hash.ts';
import type { FileContent } from '../files/project-files.ts';
import { documentFormat, isImageFormat, isPaged } from './conversion-formats.ts';
import type { ConversionJob } from './conversion-job.ts';
import { madeDocument, madeImage, madeVideo } from './made-content.ts';
import { stemOf, unfinishedFile } from './unfinished-file.ts';
import type { WorkPlace } from './work-context.ts';

const MOST_PAGES = 5;
const PAGE_SIZE = { width: 1240, height: 1754 };
const THUMBNAIL_SIZE = { width: 640, height: 360 };

type Job = ConversionJob;

/**
 * Fills the output of a successful conversion. Returns the id of the group of pages, if requested.
 */
export function finishConversion(place: WorkPlace, job: Job, at: number): string | null {
  const source = place.files.describe(job.source);
  const bits = bitsOf(source.uuid);
  if (job.kind === 'video') {
    finishVideo(place, job, { source, bits });
    announce(place, job, { ref: job.output, at });
    return null;
  }
  const isPages = isPaged(documentFormat(source)) && isImageFormat(job.target.format);
  const isGroup = isPages && job.target.page === null && job.isGrouped;
  const isArchive = isPages && job.target.page === null && !job.isGrouped;
  const format = isArchive ? 'zip' : job.target.format;
  const content =
    isImageFormat(job.target.format) && !isArchive
      ? madeImage(format, { ...PAGE_SIZE, bits })
      : madeDocument(format, bits);
  place.files.complete(job.output, {
    ...content,
    isReady: true,
    name: outputName(source, job, format),
  });
  announce(place, job, { ref: job.output, at });
  return isGroup ? addPages(place, job, { source, bits, at }) : null;
}

function finishVideo(
  place: WorkPlace,
  job: Job,
  { source, bits }: { source: EmulatedFile; bits: number },
): void {
  const content: { video?: { duration?: number } } | null = JSON.parse(source.contentInfo);
  const duration = content?.video?.duration ?? 10_000;
  place.files.complete(job.output, {
    ...madeVideo(job.target.format, { duration, bits }),
    isReady: true,
  });
  const slot = job.thumbnailsGroup === null ? undefined : place.groups.find(job.thumbnailsGroup);
  const members = slot === undefined ? [] : place.groups.describe(slot).members;
  for (const [number, member] of members.entries()) {
    const ref = member === null ? undefined : place.files.find(member.uuid);
    if (ref === undefined) continue;
    const image = madeImage('jpg', { ...THUMBNAIL_SIZE, bits: bits + number });
    place.files.complete(ref, thumbnail(image, number));
  }
}

// not recorded: the names of thumbnails.
function thumbnail(image: Omit<FileContent, 'name' | 'isReady'>, number: number): FileContent {
  return { ...image, isReady: true, name: `thumbnail-${number}.jpg` };
}

function addPages(
  place: WorkPlace,
  { target, isStored }: Job,
  { source, bits, at }: { source: EmulatedFile; bits: number; at: number },
): string {
  const count = 1 + (bits % MOST_PAGES);
  const members = Array.from({ length: count }, (_, page) => {
    const file = unfinishedFile({ uuid: place.newUuid(), name: '', now: at, isStored });
    const image = madeImage(target.format, { ...PAGE_SIZE, bits: bits + page });
    const name = `${stemOf(source.name)}-${page}.${target.format}`;
    place.files.add({ ...file, ...image, isReady: true, name }, at);
    return { uuid: file.uuid, effects: '' };
  });
  const id = `${place.newUuid()}~${count}`;
  place.groups.add({ id, createdAt: at, storedAt: null, members });
  return id;
}

// A page's name ends in its number from 0: `…-0.png` (rb.rest_file_list_load).
function outputName(source: EmulatedFile, { target }: Job, format: string): string {
  const page = target.page === null ? '' : `-${target.page - 1}`;
  return `${stemOf(source.name)}${page}.${format === 'thumbnail' ? 'png' : format}`;
}

function announce(
  place: WorkPlace,
  job: Job,
  { ref, at }: { readonly ref: number; readonly at: number },
): void {
  const addon = job.kind === 'document' ? 'zamzar_convert_document' : 'zencoder_convert_video';
  const initiator = {
    type: 'addon',
    requestId: job.start.requestId,
    addon,
    sourceUuid: place.files.uuidOf(job.source),
  } as const;
  place.webhooks.announce({ event: 'file.uploaded', ref, at, initiator });
}

function bitsOf(uuid: string): number {
  return mixBits(Number.parseInt(uuid.slice(0, 8), 16), 11);
}
