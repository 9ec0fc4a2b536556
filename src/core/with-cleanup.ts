import { explainSystemError } from './system-error.ts';

/** Releases a resource. */
export type Release = () => void | Promise<void>;

/**
 * Runs `use`, then calls every release that it deferred, newest first. All releases are called, even if
 * `use` or a release fails. Rejects with the error of `use`; if that succeeded, with the first error of a
 * release. An error of the file system becomes a `UserError`.
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
