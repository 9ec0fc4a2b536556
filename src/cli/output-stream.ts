import { fstatSync, writeFileSync } from 'node:fs';
import type { OutputStream } from './surroundings.ts';

/**
 * Wraps a stream of the process; it reports if the reader has gone, or if a write failed. It writes
 * files itself: Node's own stream treats a short write to a full disk as a success.
 */
export function outputStream(stream: NodeJS.WriteStream & { fd: number }): OutputStream {
  let failure: Error | null = null;
  const isTerminal = stream.isTTY === true;
  const note = (error: Error) => {
    if (!isReaderGone(error, isTerminal)) failure ??= error;
  };
  stream.on('error', note);
  // Known before the event: a loop that never waits would not get the event.
  const isClosed = () => failure !== null || stream.errored !== null || stream.destroyed;
  const writesFile = isFile(stream);
  return {
    write(text) {
      if (isClosed()) return;
      if (!writesFile) {
        stream.write(text);
        return;
      }
      try {
        writeFileSync(stream.fd, Buffer.from(text));
      } catch (error) {
        note(error instanceof Error ? error : new Error(String(error)));
      }
    },
    isTerminal,
    get columns() {
      return stream.columns;
    },
    get isClosed() {
      return isClosed();
    },
    get failure() {
      return failure;
    },
  };
}

/** True if the reader of a pipe or the terminal has gone: no reason to stop a run. */
function isReaderGone(error: Error, isTerminal: boolean): boolean {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'EIO') return isTerminal;
  return ['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'].includes(code);
}

function isFile(stream: NodeJS.WriteStream & { fd: number }): boolean {
  if (stream.isTTY) return false;
  try {
    const facts = fstatSync(stream.fd);
    return facts.isFile() || facts.isCharacterDevice();
  } catch {
    return false;
  }
}
