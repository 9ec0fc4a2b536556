import { UserError } from '../core/user-error.ts';
import { text } from './option-values.ts';

/** The address of the fleet, for the commands about workers. */
export const FLEET_OPTION = {
  fleet: {
    type: 'string',
    requiresArg: true,
    coerce: text('fleet'),
    describe: 'Redis or Valkey of the fleet, such as redis://HOST:6379/0?prefix=ucbulk',
  },
} as const;

/** The address of the fleet. Throws a `UserError` if neither the flag nor UCBULK_FLEET names one. */
export function requireFleet(fleet: string | undefined): string {
  if (fleet !== undefined) return fleet;
  throw new UserError(
    'usage',
    'Which fleet? Name its Redis by --fleet redis://HOST:PORT or by the environment variable UCBULK_FLEET.',
  );
}
