import type { Addon } from '../../time/work-plan.ts';

/** Errors by field, as in the answers to invalid bodies (api 1.4, shape B). */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

type Check = (value: unknown) => string | undefined;

// not recorded: the framework's text.
const isFlag: Check = (value) =>
  typeof value === 'boolean' || value === 'true' || value === 'false'
    ? undefined
    : 'Must be a valid boolean.';
const isOneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && values.includes(value)
      ? undefined
      : `"${String(value)}" is not a valid choice.`;
const isLike =
  (pattern: RegExp): Check =>
  (value) => {
    if (typeof value !== 'string') return 'Not a valid string.';
    return pattern.test(value) ? undefined : `"${value}" is not a valid value.`;
  };

const LENGTH = String.raw`\d+(?:\.\d+)?(?:px|%)`;
const PERCENT = String.raw`\d+(?:\.\d+)?%`;

// The parameters of the reference (api 8.1), with remove.bg's own forms of the strings.
const CHECKS: Readonly<Record<Addon, Readonly<Record<string, Check>>>> = {
  uc_clamav_virus_scan: { purge_infected: isFlag },
  remove_bg: {
    crop: isFlag,
    crop_margin: isLike(new RegExp(`^(?:0|${LENGTH}(?: ${LENGTH}){0,3})$`)),
    scale: isLike(new RegExp(`^(?:original|${PERCENT})$`)),
    add_shadow: isFlag,
    type_level: isOneOf('none', '1', '2', 'latest'),
    type: isOneOf('auto', 'person', 'product', 'car'),
    semitransparency: isFlag,
    channels: isOneOf('rgba', 'alpha'),
    roi: isLike(new RegExp(`^${LENGTH}(?: ${LENGTH}){3}$`)),
    position: isLike(new RegExp(`^(?:original|center|${PERCENT}(?: ${PERCENT})?)$`)),
  },
  aws_rekognition_detect_labels: {},
  aws_rekognition_detect_moderation_labels: {},
};

/**
 * The errors in an add-on's parameters, by field. Ignores unknown parameters: an assumption, since no recording
 * shows it.
 */
export function addonParamErrors(
  addon: Addon,
  params: Readonly<Record<string, unknown>>,
): FieldErrors {
  const errors: Record<string, string[]> = {};
  for (const [name, check] of Object.entries(CHECKS[addon])) {
    if (params[name] === undefined) continue;
    const error = check(params[name]);
    if (error !== undefined) errors[name] = [error];
  }
  return errors;
}
