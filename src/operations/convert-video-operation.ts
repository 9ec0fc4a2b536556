import * as z from 'zod';
import { present } from '../core/present.ts';
import { blockSchema, countSchema, flagSchema, stepFile } from '../job/job-value-schemas.ts';
import { videoPath } from '../uploadcare/conversion-path.ts';
import {
  type ConversionClient,
  conversionRequests,
  convertOperation,
} from './convert-operation.ts';
import { defineOperation, formatStore, PROJECT_FILES } from './descriptor.ts';
import { convertedFile } from './expected-effect.ts';
import { itemUuid } from './item-uuid.ts';
import type { RemoteOperation } from './operation.ts';

const FORMATS = ['mp4', 'webm', 'ogg'] as const;
const QUALITIES = ['normal', 'better', 'best', 'lighter', 'lightest'] as const;
const MODES = ['preserve_ratio', 'change_ratio', 'scale_crop', 'add_padding'] as const;
const TIME = 'a time such as 0:01:30.0 or 90.5';

const pixels = countSchema(4, 10_000).refine((count) => count % 4 === 0, {
  error: 'is not divisible by four',
});
const time = z
  .string({ error: TIME })
  .regex(/^(\d{1,3}:){0,2}\d{1,6}(\.\d{1,3})?$/, { error: TIME });

const convertVideoOptions = blockSchema({
  ...stepFile,
  format: z
    .enum(FORMATS, { error: 'mp4, webm or ogg' })
    .default('mp4')
    .describe('Format of the output: `mp4`, `webm` or `ogg`'),
  quality: z
    .enum(QUALITIES, { error: QUALITIES.join(', ') })
    .optional()
    .describe('Quality: `normal`, `better`, `best`, `lighter` or `lightest`'),
  size: blockSchema({
    width: pixels.optional().describe('Width in pixels'),
    height: pixels.optional().describe('Height in pixels'),
    mode: z
      .enum(MODES, { error: MODES.join(', ') })
      .optional()
      .describe(
        'How to fit the picture: `preserve_ratio`, `change_ratio`, `scale_crop` or `add_padding`',
      ),
  })
    .refine(({ width, height }) => (width ?? height) !== undefined, {
      error: 'has neither width nor height',
    })
    .optional()
    .describe('Size of the output. Width and height must be divisible by four'),
  cut: blockSchema({
    start: time.describe('Start of the part, such as `0:01:30.0`'),
    length: z
      .union([z.literal('end'), time], { error: `${TIME}, or end` })
      .describe('Length of the part, or `end`'),
  })
    .optional()
    .describe('Part of the video to convert; the whole video if absent'),
  thumbs: countSchema(1, 50).optional().describe('Number of thumbnails, 1 to 50; one if absent'),
  store: flagSchema
    .default(true)
    .describe('Store the output for good; with `false` it expires after 24 hours'),
});

/**
 * After a request whose answer was lost, the output may appear within this time, ms. Long videos need much
 * time.
 */
const WINDOW_MS = 6 * 60 * 60_000;
/** Guessed median duration, until ucbulk has measured some, ms. */
const TYPICAL_MS = 30_000;

/**
 * Creates the operation that converts videos. The result of an item names the output and the group of its
 * thumbnails.
 */
function convertVideoOperation(
  client: ConversionClient,
  { store, ...conversion }: z.output<typeof convertVideoOptions>,
): RemoteOperation {
  return convertOperation(client, {
    kind: 'video',
    store,
    target: conversion.format,
    typicalMs: TYPICAL_MS,
    toPath: (item) => videoPath(itemUuid(item), pathOptions(conversion)),
  });
}

/** The options that are part of the path in the request. Leaves out absent options. */
function pathOptions({
  quality,
  size,
  cut,
  thumbs,
  format,
}: Omit<z.output<typeof convertVideoOptions>, 'store'>) {
  return {
    format,
    ...present({ quality }),
    ...(size !== undefined && {
      size: {
        ...present({ width: size.width, height: size.height, mode: size.mode }),
      },
    }),
    ...present({ cut, thumbs }),
  };
}

/** The operation `convert/video`. */
export const convertVideo = defineOperation({
  kind: 'convert/video',
  options: convertVideoOptions,
  optionsText: 'Format and properties of the output',
  takes: PROJECT_FILES,
  skipIfDone: false,
  describe: ({ format, store }) => `converts them to ${format}, ${formatStore(store)}`,
  // The service may give the output a name with another ending than the requested format.
  expectedEffect: ({ format }) => convertedFile([format, 'mp4', 'webm'], WINDOW_MS),
  requests: () => conversionRequests('video'),
  docs: {
    request: '`POST /convert/video/`',
    perRequest: 'up to 10',
    result: '`file`, `thumbnails`',
    lostAnswer: '**in doubt**',
  },
  create: (options, { client }) => convertVideoOperation(client, options),
});
