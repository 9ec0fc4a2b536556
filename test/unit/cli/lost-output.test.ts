import { EventEmitter } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkWritten } from '../../../src/cli/lost-output.ts';
import { outputStream } from '../../../src/cli/output-stream.ts';
import type { OutputStream } from '../../../src/cli/surroundings.ts';

/** A stream of the process on a file that is open. */
function streamOn(fd: number, isTTY = false) {
  const written: string[] = [];
  const stream = Object.assign(new EventEmitter(), {
    fd,
    isTTY,
    columns: 80,
    errored: null,
    destroyed: false,
    write: (text: string) => written.push(text),
  });
  return {
    stream,
    written,
    output: outputStream(stream as unknown as NodeJS.WriteStream & { fd: number }),
  };
}

function opened(path: string, flags: string): number {
  const fd = openSync(path, flags);
  onTestFinished(() => closeSync(fd));
  return fd;
}

test('a file is written whole', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ucbulk-output-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'out');
  const { output } = streamOn(opened(path, 'w'));
  output.write('ä'.repeat(100_000));
  output.write('\n');
  expect(readFileSync(path, 'utf8')).toBe(`${'ä'.repeat(100_000)}\n`);
  expect([output.isClosed, output.failure]).toEqual([false, null]);
});

test('a disk that is full is a failure, and nothing more is written', ({ skip }) => {
  if (!existsSync('/dev/full')) skip('skipped: it needs /dev/full');
  const { output } = streamOn(opened('/dev/full', 'w'));
  output.write('lost');
  expect(output.isClosed).toBe(true);
  expect(output.failure).toMatchObject({ code: 'ENOSPC' });
});

test.each([
  ['EPIPE', false, null],
  ['EIO', true, null],
  ['EIO', false, { code: 'EIO' }],
  ['ENOSPC', false, { code: 'ENOSPC' }],
])('%s of a stream (terminal: %s)', (code, isTTY, failure) => {
  const { stream, output } = streamOn(-1, isTTY);
  stream.emit('error', Object.assign(new Error(code), { code }));
  expect(output.failure).toEqual(failure === null ? null : expect.objectContaining(failure));
});

/** Streams of which one or both fail. */
function streams(lost: { stdout?: string; stderr?: string }) {
  const printed: string[] = [];
  const stream = (code: string | undefined): OutputStream => ({
    write: (text) => printed.push(text),
    drained: () => Promise.resolve(),
    isTerminal: false,
    columns: undefined,
    unread: 0,
    isClosed: code !== undefined,
    failure: code === undefined ? null : Object.assign(new Error(`${code}: words`), { code }),
  });
  return { stdout: stream(lost.stdout), stderr: stream(lost.stderr), printed };
}

test('output that is lost is exit 3, with its reason and what to do', () => {
  const { printed, ...both } = streams({ stdout: 'ENOSPC' });
  expect(checkWritten(0, ['report', 'x'], both)).toBe(3);
  expect(printed.join('')).toBe(
    "error: Standard output can't be written: the disk is full (ENOSPC). The output is incomplete. Free disk space or write to another place, then run the command again.\nexit 3: credentials or configuration\n",
  );
});

test('a run whose output is lost says that the run is not affected', () => {
  const { printed, ...both } = streams({ stdout: 'EACCES' });
  expect(checkWritten(0, ['run', 'j.yaml'], both)).toBe(3);
  expect(printed.join('')).toContain(
    'no permission (EACCES). The output is incomplete. The run is not',
  );
});

test.each([
  [{ stdout: 'ENOSPC' }, 130, 130],
  [{ stdout: 'ENOSPC' }, 11, 3],
  [{ stderr: 'ENOSPC' }, 0, 3],
  [{ stderr: 'ENOSPC' }, 11, 11],
  [{}, 0, 0],
] as const)('%j after exit %i is exit %i', (lost, code, expected) => {
  const { printed: _, ...both } = streams(lost);
  expect(checkWritten(code, ['run'], both)).toBe(expected);
});
