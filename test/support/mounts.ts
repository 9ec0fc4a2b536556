import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { onTestFinished, type TestContext } from 'vitest';

/** Mounts an empty disk in memory at a folder until the test is over; skips it, with the reason, where that can't be. */
export function mountDisk(path: string, bytes: number, { skip }: Pick<TestContext, 'skip'>): void {
  mkdirSync(path, { recursive: true });
  mountOrSkip(['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'tmpfs', path], skip);
  onTestFinished(() => unmount(path));
}

/** Makes a folder read-only, for root too, until the test is over; skips it, with the reason, where that can't be. */
export function makeReadOnly(path: string, { skip }: Pick<TestContext, 'skip'>): void {
  mountOrSkip(['--bind', path, path], skip);
  onTestFinished(() => unmount(path));
  mountOrSkip(['-o', 'remount,bind,ro', path], skip);
}

/** Takes the newest mount at a folder away before the test is over. */
export function unmount(path: string): void {
  spawnSync('umount', [path]);
}

function mountOrSkip(args: readonly string[], skip: TestContext['skip']): void {
  const { status, stderr, error } = spawnSync('mount', args, { encoding: 'utf8' });
  if (status === 0) return;
  const why = `skipped: it mounts a disk, and can't: ${error?.message ?? stderr.trim()}`;
  process.stderr.write(`${why}\n`);
  skip(why);
}
