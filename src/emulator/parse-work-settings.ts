import { JOB_KINDS, type WorkOptions, type WorkSettings } from './work-plan.ts';

const KINDS: readonly string[] = ['local_copy', ...JOB_KINDS];
const TIMES: readonly (keyof WorkOptions)[] = ['medianMs', 'sigma', 'hiddenMs'];
const SHARES: readonly (keyof WorkOptions)[] = [
  'pendingShare',
  'failedShare',
  'cancelledShare',
  'endlessShare',
  'lostShare',
];

/** Checks work settings that came as JSON; throws a sentence that says what is wrong. */
export function parseWorkSettings(value: unknown): WorkSettings {
  for (const [kind, options] of Object.entries(Object(value))) {
    if (!KINDS.includes(kind)) throw new Error(`No kind of work ${kind}: ${KINDS.join(', ')}`);
    for (const [name, number] of Object.entries(Object(options))) checkOption(kind, name, number);
  }
  return value as WorkSettings;
}

function checkOption(kind: string, name: string, value: unknown): void {
  const isTime = TIMES.some((known) => known === name);
  if (!isTime && !SHARES.some((known) => known === name)) {
    throw new Error(`${kind} has no \`${name}\`: ${[...TIMES, ...SHARES].join(', ')}`);
  }
  const highest = isTime ? Number.MAX_SAFE_INTEGER : 1;
  if (typeof value !== 'number' || !(value >= 0) || value > highest) {
    throw new Error(`Bad \`${name}\` of ${kind}: ${JSON.stringify(value)}`);
  }
}
