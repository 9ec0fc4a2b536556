import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { parseRunId } from '../../../src/core/run.ts';
import { createSystemClock } from '../../../src/world/system-clock.ts';
import { createSystemIds } from '../../../src/world/system-ids.ts';
import { createSystemWorld } from '../../../src/world/system-world.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('a sleep ends after its time', async () => {
  vi.useFakeTimers();
  const woke = vi.fn<() => void>();
  void createSystemClock().sleep(1000).then(woke);
  await vi.advanceTimersByTimeAsync(999);
  expect(woke).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(woke).toHaveBeenCalled();
});

test('a sleep of a month does not end at once', async () => {
  vi.useFakeTimers();
  const month = 30 * 86_400_000;
  const woke = vi.fn<() => void>();
  void createSystemClock().sleep(month).then(woke);
  await vi.advanceTimersByTimeAsync(month - 1);
  expect(woke).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(woke).toHaveBeenCalled();
});

test('a signal ends a sleep with a canceled failure and leaves no timer', async () => {
  vi.useFakeTimers();
  const stop = new AbortController();
  const sleep = createSystemClock().sleep(1000, stop.signal);
  stop.abort();
  await expect(sleep).rejects.toMatchObject({ kind: 'canceled', effect: 'none' });
  expect(vi.getTimerCount()).toBe(0);
});

test('a signal that aborted before lets no sleep begin', async () => {
  vi.useFakeTimers();
  const sleep = createSystemClock().sleep(1000, AbortSignal.abort());
  await expect(sleep).rejects.toMatchObject({ kind: 'canceled' });
  expect(vi.getTimerCount()).toBe(0);
});

test('run ids sort by time, differ, and are run ids', () => {
  let now = Date.UTC(2026, 10, 21, 20, 45, 1, 7);
  const ids = createSystemIds(() => now);
  const first = ids.runId();
  expect(first).toMatch(/^20261121-204501-07[0-9a-z]{4}$/);
  expect(parseRunId(first)).toBe(first);
  now += 993;
  const later = [ids.runId(), ids.runId()];
  expect(later[0]).not.toBe(later[1]);
  expect(later.every((id) => id > first)).toBe(true);
});

test('what is written can be read by its owner only', async () => {
  const { files, close } = createSystemWorld();
  const root = await mkdtemp(join(tmpdir(), 'ucbulk-files-'));
  try {
    const folder = join(root, 'a', 'b');
    const path = join(folder, 'note.txt');
    await files.makeDirectory(folder);
    expect(await files.exists(path)).toBe(false);
    await files.writeText(path, 'held');
    expect(await files.readText(path)).toBe('held');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await files.remove(path);
    await files.remove(path);
    expect(await files.exists(join(path, 'below'))).toBe(false);
    await expect(files.readText(path)).rejects.toMatchObject({ code: 'ENOENT' });
  } finally {
    await rm(root, { recursive: true });
    await close();
  }
});

test('a named pipe or a device is refused at once, for reading and for writing: to open it may wait for ever', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ucbulk-world-'));
  const path = join(directory, 'pipe');
  execFileSync('mkfifo', [path]);
  const { files } = createSystemWorld();
  const words = /it is a named pipe \(FIFO\), not a file/;
  await expect(files.readText(path)).rejects.toThrow(words);
  await expect(files.writeText(path, 'x')).rejects.toThrow(words);
  await expect(files.readBytes(path, 0)[Symbol.asyncIterator]().next()).rejects.toThrow(words);
  await expect(files.readText('/dev/zero')).rejects.toThrow(/it is a device/);
  await rm(directory, { recursive: true });
});

test('a pipe that a shell opened for us is read to its end: <(…), /dev/stdin', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ucbulk-pipe-'));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  writeSync(writer, 'version: 1');
  const world = createSystemWorld();
  const chunks = world.files.readBytes(`/dev/fd/${reader}`, 0)[Symbol.asyncIterator]();
  const first = await chunks.next().finally(() => {
    closeSync(writer);
    closeSync(reader);
  });
  expect(String(first.value)).toBe('version: 1');
  expect((await chunks.next()).done).toBe(true);
  await world.close();
  await rm(folder, { recursive: true });
});
