import type { Fleet } from '../run/fleet.ts';
import type { Invocation } from './command.ts';

/** Connects to the fleet of `--fleet`, if there is one, before the run begins. Closes the connection at the end. */
export async function withFleet<Result>(
  { surroundings, output }: Invocation,
  flags: { readonly fleet?: string | undefined },
  use: (context: { readonly fleet?: Fleet }) => Promise<Result>,
): Promise<Result> {
  if (flags.fleet === undefined) return use({});
  // Only a run with a fleet loads these modules and the packages that they need.
  const { openFleet } = await import('../fleet/open-fleet.ts');
  const fleet = await openFleet(flags.fleet, { world: surroundings.world, log: output.log });
  try {
    return await use({ fleet });
  } finally {
    await fleet.close();
  }
}
