import type { Addon } from '../../time/work-plan.ts';

/**
 * For each wrong field of a request body, a list of problems. The service answers in this form
 * (docs/uploadcare-api.md 1.4, shape B).
 */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

type Check = (value: unknown) => string | undefined;

// Checks a boolean. Assumption: for any other value, the service sends this text, which is the default of
// Django REST framework. No recording of the real service shows this error.
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

// Checks for each parameter of each add-on. The parameters come from the vendor's reference
// (docs/uploadcare-api.md 8.1), and the formats of the strings from the documentation of remove.bg.
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
 * Returns the problems in the parameters of an add-on, for each wrong field. Assumption: unknown parameters
 * are not a problem. No recording of the real service shows this case.
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
