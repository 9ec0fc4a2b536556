import { DISTORTIONS } from './distort-answer.ts';
import type { Fault, FaultRule } from './faults.ts';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isShare: Check = (value) => typeof value === 'number' && value >= 0 && value <= 1;
const isStatus: Check = (value) => isCount(value) && Number(value) >= 200 && Number(value) <= 599;
const isOneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(String(value));

const WHEN = isOneOf('before', 'after');

const RULE_FIELDS: Readonly<Record<string, Check>> = {
  fault: (value) => typeof value === 'object' && value !== null,
  method: isText,
  path: isText,
  query: isText,
  after: isCount,
  every: (value) => isCount(value) && value !== 0,
  times: isCount,
  probability: isShare,
};

const FAULT_FIELDS: Readonly<Record<Fault['kind'], Readonly<Record<string, Check>>>> = {
  throttle: {
    retryAfterSeconds: isCount,
    retryAfterForm: isOneOf('seconds', 'date', 'absent'),
  },
  status: { status: isStatus, body: isOneOf('json', 'html'), when: WHEN },
  reset: { when: WHEN },
  hang: { when: WHEN },
  truncate: { keepShare: isShare },
  slow: { ms: isCount },
  delay: { ms: isCount },
  html: {},
  unauthorized: {},
  distort: { what: isOneOf(...DISTORTIONS) },
};

const REQUIRED: Partial<Record<Fault['kind'], string>> = {
  status: 'status',
  slow: 'ms',
  delay: 'ms',
  distort: 'what',
};

/** Checks a fault rule that came as JSON. Throws an error that names the wrong key if the rule is invalid. */
export function parseFaultRule(value: unknown): FaultRule {
  const fields = new Map(Object.entries(Object(value)));
  checkFields('rule', fields, RULE_FIELDS);
  const faultFields = new Map(Object.entries(Object(fields.get('fault'))));
  const kind = faultFields.get('kind');
  if (!isFaultKind(kind)) {
    throw new Error(`fault.kind must be one of ${Object.keys(FAULT_FIELDS).join(', ')}`);
  }
  faultFields.delete('kind');
  checkFields(`fault ${kind}`, faultFields, FAULT_FIELDS[kind]);
  const required = REQUIRED[kind];
  if (required !== undefined && !faultFields.has(required)) {
    throw new Error(`The fault ${kind} needs the key \`${required}\``);
  }
  return value as FaultRule;
}

function checkFields(
  where: string,
  fields: ReadonlyMap<string, unknown>,
  checks: Readonly<Record<string, Check>>,
): void {
  for (const [name, value] of fields) {
    const check = checks[name];
    if (check === undefined) {
      throw new Error(
        `Unknown key \`${name}\` of the ${where}. Use one of ${Object.keys(checks).join(', ') || 'none'}`,
      );
    }
    if (!check(value))
      throw new Error(`Invalid value of \`${name}\` of the ${where}: ${JSON.stringify(value)}`);
  }
}

function isFaultKind(kind: unknown): kind is Fault['kind'] {
  return typeof kind === 'string' && Object.hasOwn(FAULT_FIELDS, kind);
}
