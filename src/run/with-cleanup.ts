/** Gives back what was taken. */
export type Release = () => void | Promise<void>;

/** Runs `use`, then gives back all that it deferred, newest first, however it ended. */
export async function withCleanup<Result>(
  use: (defer: (release: Release) => void) => Promise<Result>,
): Promise<Result> {
  const releases: Release[] = [];
  try {
    return await use((release) => releases.push(release));
  } finally {
    for (const release of releases.reverse()) await release();
  }
}
