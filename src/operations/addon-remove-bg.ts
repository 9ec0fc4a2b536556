import * as z from 'zod';
import { present } from '../core/present.ts';
import { blockSchema, flagSchema, stepFile } from '../job/job-value-schemas.ts';
import type { AddonCall } from '../uploadcare/addons-api.ts';
import { addonDoneBefore } from './addon-done-before.ts';
import { ADDONS_NEED_07, addonOperation, addonRequests } from './addon-operation.ts';
import { defineOperation, PROJECT_FILES } from './descriptor.ts';
import { hasEnding, newFile } from './expected-effect.ts';

const MARGIN = 'a margin such as 30px or 10%, or up to four of them';
/** After a request whose answer was lost, the new picture may appear within this time, ms. */
const WINDOW_MS = 15 * 60_000;

const options = blockSchema({
  ...stepFile,
  crop: flagSchema.optional().describe('Cut off empty margins'),
  cropMargin: z
    .string({ error: MARGIN })
    .optional()
    .describe(
      'Margin around the subject after a crop: `30px`, `10%`, or up to four values, one for each side',
    ),
  scale: z
    .string({ error: 'a share such as 80%, or original' })
    .optional()
    .describe('Size of the subject as a share of the picture: `80%`, or `original`'),
  addShadow: flagSchema.optional().describe('Add a shadow to the subject, if it is a car'),
  typeLevel: z
    .enum(['none', '1', '2', 'latest'], { error: 'none, 1, 2 or latest' })
    .optional()
    .describe(
      'How detailed the type of the subject is in the answer: `none`, `1`, `2` or `latest`',
    ),
  type: z
    .enum(['auto', 'person', 'product', 'car'], { error: 'auto, person, product or car' })
    .optional()
    .describe('Type of the subject: `auto`, `person`, `product` or `car`'),
  semitransparency: flagSchema.optional().describe('Keep parts that are partly transparent'),
  channels: z
    .enum(['rgba', 'alpha'], { error: 'rgba or alpha' })
    .optional()
    .describe('Picture with transparency (`rgba`), or only its mask (`alpha`)'),
  roi: z
    .string({ error: 'x1 y1 x2 y2' })
    .optional()
    .describe('Region that contains the subject: `x1 y1 x2 y2`, in pixels or percent'),
  position: z
    .string({ error: 'center, original or shares' })
    .optional()
    .describe('Position of the subject in the output: `center`, `original`, or shares'),
});

/**
 * Removes the backgrounds of pictures. The service has default values for missing options
 * (docs/uploadcare-api.md 8.1).
 */
export const removeBg = defineOperation({
  kind: 'addon/remove_bg',
  versionFault: ADDONS_NEED_07,
  options,
  optionsText: 'Options of the cutout; the service has its own default for each',
  takes: PROJECT_FILES,
  skipIfDone: true,
  describe: () => 'cuts out their subjects into new files (each is billed)',
  expectedEffect: () =>
    newFile('an image/png', WINDOW_MS, ({ filename, mimeType }) => {
      return mimeType === null || mimeType === 'image/png' || hasEnding(filename, ['png']);
    }),
  doneBefore: (client, given) => addonDoneBefore(client, call(given)),
  requests: () => addonRequests('remove_bg'),
  docs: {
    request: '`POST /addons/…/execute/`',
    perRequest: '1',
    result: '`file`',
    lostAnswer: '**in doubt**',
  },
  create: (given, { client }) => addonOperation(client, call(given)),
});

function call(given: z.output<typeof options>): AddonCall {
  return { name: 'remove_bg', params: present(given) };
}
