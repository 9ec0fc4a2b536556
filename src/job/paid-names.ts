import type { Step } from './step-schemas.ts';

/** Operations that are paid by the item, as `limits.paid` names them. */
export const PAID_NAMES = [
  'remove_bg',
  'aws_rekognition_detect_labels',
  'aws_rekognition_detect_moderation_labels',
  'uc_clamav_virus_scan',
  'convert/document',
  'convert/video',
] as const;

/** One of `PAID_NAMES`. */
export type PaidName = (typeof PAID_NAMES)[number];

/** What a step buys; null where it costs no more than its requests. */
export function paidName({ uses }: Pick<Step, 'uses'>): PaidName | null {
  const short = uses.replace(/^addon\//, '');
  return PAID_NAMES.find((name) => name === short) ?? null;
}
