import * as z from 'zod';
import { present } from '../core/present.ts';
import { blockSchema, countSchema, flagSchema, stepFile } from '../job/job-value-schemas.ts';
import { videoPath } from '../uploadcare/conversion-path.ts';
import { type ConversionClient, convertOperation } from './convert-operation.ts';
import { defineOperation, PROJECT_FILES, storeWord } from './descriptor.ts';
import { convertedFile } from './expected-effect.ts';
import type { RemoteOperation } from './operation.ts';
import { uuidOf } from './uuid-of.ts';

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
    .describe('What to make of it'),
  quality: z
    .enum(QUALITIES, { error: QUALITIES.join(', ') })
    .optional()
    .describe('How good'),
  size: blockSchema({
    width: pixels.optional().describe('Pixels from left to right'),
    height: pixels.optional().describe('Pixels from top to bottom'),
    mode: z
      .enum(MODES, { error: MODES.join(', ') })
      .optional()
      .describe('What gives way'),
  })
    .refine(({ width, height }) => (width ?? height) !== undefined, {
      error: 'has neither width nor height',
    })
    .optional()
    .describe('Pixels, divisible by four'),
  cut: blockSchema({
    start: time.describe('From here'),
    length: z
      .union([z.literal('end'), time], { error: `${TIME}, or end` })
      .describe('For this long, or to the end'),
  })
    .optional()
    .describe('Only this part'),
  thumbs: countSchema(1, 50).optional().describe('How many thumbnails; one if absent'),
  store: flagSchema.default(true).describe('Whether the output is stored for good, or expires'),
});

/** The time after a send within which the output may appear: a film takes long, ms. */
const WINDOW_MS = 6 * 60 * 60_000;
/** As long as nothing was learned: a guess, ms. */
const TYPICAL_MS = 30_000;

/** Converts videos; the output and the group of its thumbnails are the result. */
export function convertVideoOperation(
  client: ConversionClient,
  { store, ...conversion }: z.output<typeof convertVideoOptions>,
): RemoteOperation {
  return convertOperation(client, {
    kind: 'video',
    store,
    target: conversion.format,
    typicalMs: TYPICAL_MS,
    pathOf: (item) => videoPath(uuidOf(item), given(conversion)),
  });
}

/** Options that were left out are left out of the path. */
function given({
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

/** Converts videos. */
export const convertVideo = defineOperation({
  kind: 'convert/video',
  options: convertVideoOptions,
  optionsText: 'What to make of each video',
  takes: PROJECT_FILES,
  makes: { file: 'file', thumbnails: 'thumbnails' },
  paid: { name: 'convert/video', items: 'Videos to convert', place: 6 },
  skipIfDone: false,
  describe: ({ format, store }) => `converts them to ${format}, ${storeWord(store)}`,
  // The service may give the output a name of another format than was asked for.
  expectedEffect: ({ format }) => convertedFile([format, 'mp4', 'webm'], WINDOW_MS),
  docs: {
    request: '`POST /convert/video/`',
    perRequest: 'up to 10',
    result: '`file`, `thumbnails`',
    lostAnswer: '**in doubt**',
  },
  create: (options, { client }) => convertVideoOperation(client, options),
});
