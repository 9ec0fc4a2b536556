import * as z from 'zod';
import { present } from '../core/present.ts';
import { blockSchema, countSchema, flagSchema, stepFile } from '../job/job-value-schemas.ts';
import { documentPath } from '../uploadcare/conversion-path.ts';
import {
  type ConversionClient,
  conversionRequests,
  convertOperation,
} from './convert-operation.ts';
import { defineOperation, formatStore, PROJECT_FILES } from './descriptor.ts';
import { convertedFile } from './expected-effect.ts';
import { itemUuid } from './item-uuid.ts';
import type { RemoteOperation } from './operation.ts';
import { pageGroups } from './page-groups.ts';

const FORMAT = 'a format that Uploadcare can make, such as pdf, docx or jpg';

/**
 * Formats that recordings of the service show for a PDF and for a picture (docs/uploadcare-api.md 7.3), and
 * formats that the documentation of OpenOffice names. The service decides which of them are possible for a
 * file.
 */
const FORMATS = (
  'avif bmp csv doc docx dwg dxf enhanced.jpg epub fb2 gif html html5 html5-1page htmlz ico jpg lit ' +
  'lrf md mobi mp3 odp ods odt pcx pdb pdf pml png ppt pptx prc ps rb rtf snb svg tcr tga thumbnail ' +
  'tiff txt txtz wbmp webp xls xlsx'
).split(' ');

const convertDocumentOptions = blockSchema({
  ...stepFile,
  format: z
    .enum(FORMATS, { error: FORMAT })
    .default('pdf')
    .describe('Format of the output, such as `docx`, `jpg`, `png`, `html` or `txt`'),
  page: countSchema(1)
    .optional()
    .describe('Number of the only page to convert to an image, from 1'),
  quality: countSchema(1, 100).optional().describe('Quality of a JPEG, 1 to 100'),
  dpi: countSchema(1, 2400).optional().describe('Resolution of an image, dots per inch'),
  saveInGroup: flagSchema
    .default(false)
    .describe("Make a group of images, one for each page. Can't be combined with `page`"),
  store: flagSchema
    .default(true)
    .describe('Store the output for good; with `false` it expires after 24 hours'),
}).refine(({ page, saveInGroup }) => page === undefined || !saveInGroup, {
  error: 'has both page and saveInGroup: a single page makes no group',
});

/** After a request whose answer was lost, the output may appear within this time, ms. */
const WINDOW_MS = 60 * 60_000;
/** Guessed median duration, until ucbulk has measured some, ms. */
const TYPICAL_MS = 8000;

/**
 * Creates the operation that converts documents. The result of an item names the output. With `saveInGroup`,
 * it names the group that contains one image per page.
 */
function convertDocumentOperation(
  client: ConversionClient,
  options: z.output<typeof convertDocumentOptions>,
): RemoteOperation {
  const { format, page, quality, dpi, saveInGroup, store } = options;
  const conversion = {
    format,
    ...present({ page, quality, dpi }),
  };
  return convertOperation(client, {
    kind: 'document',
    store,
    target: format,
    typicalMs: TYPICAL_MS,
    toPath: (item) => documentPath(itemUuid(item), conversion),
    ...(saveInGroup && { pages: pageGroups(client.conversions, format) }),
  });
}

/** The operation `convert/document`. */
export const convertDocument = defineOperation({
  kind: 'convert/document',
  versionFault: ({ saveInGroup }, version) =>
    saveInGroup && version === '0.6'
      ? {
          needs: '0.7',
          option: 'saveInGroup',
          reason: 'version 0.6 does not show the groups of a document',
        }
      : null,
  options: convertDocumentOptions,
  optionsText: 'Format and properties of the output',
  takes: PROJECT_FILES,
  skipIfDone: false,
  describe: ({ format, store }) => `converts them to ${format}, ${formatStore(store)}`,
  expectedEffect: ({ format }) => convertedFile([format], WINDOW_MS),
  requests: ({ saveInGroup }) => conversionRequests('document', saveInGroup),
  docs: {
    request: '`POST /convert/document/`',
    perRequest: 'up to 10',
    result: '`file`, and `group`',
    lostAnswer: '**in doubt**; with `saveInGroup` looked up',
  },
  create: (options, { client }) => convertDocumentOperation(client, options),
});
