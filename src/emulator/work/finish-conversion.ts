import type { EmulatedFile } from '../core/emulated-file.ts';
import { mixBits } from '../core/integer-hash.ts';
import type { FileContent } from '../files/project-files.ts';
import { documentFormat, isImageFormat, isPaged } from './conversion-formats.ts';
import type { ConversionJob } from './conversion-job.ts';
import { documentContent, imageContent, videoContent } from './output-content.ts';
import { nameStem, unfinishedFile } from './unfinished-file.ts';
import type { WorkContext } from './work-context.ts';

const MOST_PAGES = 5;
const PAGE_SIZE = { width: 1240, height: 1754 };
const THUMBNAIL_SIZE = { width: 640, height: 360 };

type Job = ConversionJob;

/**
 * Fills in the content of the output when a conversion succeeds. If the client asked for a group of pages,
 * creates it and returns its id.
 */
export function finishConversion(context: WorkContext, job: Job, at: number): string | null {
  const source = context.files.describe(job.source);
  const bits = uuidBits(source.uuid);
  if (job.kind === 'video') {
    finishVideo(context, job, { source, bits });
    announce(context, job, { ref: job.output, at });
    return null;
  }
  const isPages = isPaged(documentFormat(source)) && isImageFormat(job.target.format);
  const isGroup = isPages && job.target.page === null && job.isGrouped;
  const isArchive = isPages && job.target.page === null && !job.isGrouped;
  const format = isArchive ? 'zip' : job.target.format;
  const content =
    isImageFormat(job.target.format) && !isArchive
      ? imageContent(format, { ...PAGE_SIZE, bits })
      : documentContent(format, bits);
  context.files.complete(job.output, {
    ...content,
    isReady: true,
    name: outputName(source, job, format),
  });
  announce(context, job, { ref: job.output, at });
  return isGroup ? addPages(context, job, { source, bits, at }) : null;
}

function finishVideo(
  context: WorkContext,
  job: Job,
  { source, bits }: { source: EmulatedFile; bits: number },
): void {
  const content: { video?: { duration?: number } } | null = JSON.parse(source.contentInfo);
  const duration = content?.video?.duration ?? 10_000;
  context.files.complete(job.output, {
    ...videoContent(job.target.format, { duration, bits }),
    isReady: true,
  });
  const slot = job.thumbnailsGroup === null ? undefined : context.groups.find(job.thumbnailsGroup);
  const members = slot === undefined ? [] : context.groups.describe(slot).members;
  for (const [number, member] of members.entries()) {
    const ref = member === null ? undefined : context.files.find(member.uuid);
    if (ref === undefined) continue;
    const image = imageContent('jpg', { ...THUMBNAIL_SIZE, bits: bits + number });
    context.files.complete(ref, thumbnail(image, number));
  }
}

// The content of a thumbnail. Its name is an assumption: no recording of the real service shows it.
function thumbnail(image: Omit<FileContent, 'name' | 'isReady'>, number: number): FileContent {
  return { ...image, isReady: true, name: `thumbnail-${number}.jpg` };
}

function addPages(
  context: WorkContext,
  { target, isStored }: Job,
  { source, bits, at }: { source: EmulatedFile; bits: number; at: number },
): string {
  const count = 1 + (bits % MOST_PAGES);
  const members = Array.from({ length: count }, (_, page) => {
    const file = unfinishedFile({ uuid: context.newUuid(), name: '', now: at, isStored });
    const image = imageContent(target.format, { ...PAGE_SIZE, bits: bits + page });
    const name = `${nameStem(source.name)}-${page}.${target.format}`;
    context.files.add({ ...file, ...image, isReady: true, name }, at);
    return { uuid: file.uuid, effects: '' };
  });
  const id = `${context.newUuid()}~${count}`;
  context.groups.add({ id, createdAt: at, storedAt: null, members });
  return id;
}

// The name of the output. If it is one page of a document, the name ends in the page's number from 0, e.g.
// `…-0.png` (recording `rb.rest_file_list_load`).
function outputName(source: EmulatedFile, { target }: Job, format: string): string {
  const page = target.page === null ? '' : `-${target.page - 1}`;
  return `${nameStem(source.name)}${page}.${format === 'thumbnail' ? 'png' : format}`;
}

function announce(
  context: WorkContext,
  job: Job,
  { ref, at }: { readonly ref: number; readonly at: number },
): void {
  const addon = job.kind === 'document' ? 'zamzar_convert_document' : 'zencoder_convert_video';
  const initiator = {
    type: 'addon',
    requestId: job.start.requestId,
    addon,
    sourceUuid: context.files.uuidOf(job.source),
  } as const;
  context.webhooks.announce({ event: 'file.uploaded', ref, at, initiator });
}

function uuidBits(uuid: string): number {
  return mixBits(Number.parseInt(uuid.slice(0, 8), 16), 11);
}
