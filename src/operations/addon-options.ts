import * as z from 'zod';
import { blockSchema, flagSchema, stepFile } from '../job/job-value-schemas.ts';

/** The options of an `addon/uc_clamav_virus_scan` step. */
export const virusScanOptions = blockSchema({
  ...stepFile,
  purgeInfected: flagSchema
    .default(false)
    .describe('Deletes a file that is infected; it cannot be undone'),
});

const MARGIN = 'a margin such as 30px or 10%, or up to four of them';

/** The options of an `addon/remove_bg` step; what is absent is the service's default (api 8.1). */
export const removeBgOptions = blockSchema({
  ...stepFile,
  crop: flagSchema.optional().describe('Cuts off what is empty'),
  cropMargin: z.string({ error: MARGIN }).optional().describe('Margin of the crop'),
  scale: z
    .string({ error: 'a share such as 80%, or original' })
    .optional()
    .describe('Size of the subject'),
  addShadow: flagSchema.optional().describe('Adds a shadow to cars'),
  typeLevel: z
    .enum(['none', '1', '2', 'latest'], { error: 'none, 1, 2 or latest' })
    .optional()
    .describe('How fine the subject is named'),
  type: z
    .enum(['auto', 'person', 'product', 'car'], { error: 'auto, person, product or car' })
    .optional()
    .describe('What the subject is'),
  semitransparency: flagSchema.optional().describe('Keeps what one can see through'),
  channels: z
    .enum(['rgba', 'alpha'], { error: 'rgba or alpha' })
    .optional()
    .describe('The picture, or its mask'),
  roi: z.string({ error: 'x1 y1 x2 y2' }).optional().describe('Where the subject is'),
  position: z.string({ error: 'center, original or shares' }).optional().describe('Where it goes'),
});

/** The options of the add-ons that have none of their own. */
export const plainAddonOptions = blockSchema(stepFile);
