import { spawnSync } from 'node:child_process';

/**
 * The path of a program that some tests need, or null: then the reason is printed, and its tests
 * skip. Fails instead if `UCBULK_REQUIRE_SERVICES=1` is set, as `.ci/run` does.
 */
export function requireService(program: string, debianPackage: string): string | null {
  const path = process.env[`${program.toUpperCase()}_PATH`] ?? program;
  const { error } = spawnSync(path, ['-v'], { stdio: 'ignore' });
  if (error === undefined) return path;
  const reason = `${path} can't be started (${error.message}). On Debian: apt-get install -y ${debianPackage}`;
  if (process.env['UCBULK_REQUIRE_SERVICES'] === '1') throw new Error(reason);
  process.stderr.write(`Tests with ${program} are skipped: ${reason}\n`);
  return null;
}
