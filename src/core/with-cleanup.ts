import { explainSystemError } from './system-error.ts';

/** Releases a resource. */
export type Release = () => void | Promise<void>;

/**
 * Runs `use` and then all release functions that `use` passed to `defer`, newest first. Runs all of them even
 * if `use` or one of them fails. Rejects with the error of `use`, or else with the first error of a release
 * function. Errors of the file system become a `UserError`.
 */
export async function withCleanup<Result>(
  use: (defer: (release: Release) => void) => Promise<Result>,
): Promise<Result> {
  const releases: Release[] = [];
  const [used] = await Promise.allSettled([use((release) => releases.push(release))]);
  const failures: unknown[] = [];
  for (const release of releases.reverse()) {
    try {
      await release();
    } catch (error) {
      failures.push(error);
    }
  }
  if (used.status === 'rejected') throw explainSystemError(used.reason);
  if (failures.length > 0) throw explainSystemError(failures[0]);
  return used.value;
}
