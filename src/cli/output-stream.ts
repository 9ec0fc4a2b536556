import { fstatSync, writeFileSync } from 'node:fs';
import type { OutputStream } from './surroundings.ts';

/**
 * Wraps stdout or stderr, and records if its reader has gone or if a write failed. If the output goes to a
 * file, it writes without Node's stream: Node's stream reports success even if a full disk stored only a part
 * of the text.
 */
export function outputStream(stream: NodeJS.WriteStream & { fd: number }): OutputStream {
  let failure: Error | null = null;
  const isTerminal = stream.isTTY === true;
  const note = (error: Error) => {
    if (!isReaderGone(error, isTerminal)) failure ??= error;
  };
  stream.on('error', note);
  // The `error` event alone is not enough, because it comes too late for a loop that never waits. So this
  // function also checks the state of the stream.
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
    get unread() {
      return isClosed() ? 0 : stream.writableLength;
    },
    async drained() {
      if (!isClosed() && stream.writableNeedDrain) await untilDrained(stream);
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

function untilDrained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const events = ['drain', 'error', 'close'];
    const end = () => {
      for (const event of events) stream.off(event, end);
      resolve();
    };
    for (const event of events) stream.on(event, end);
  });
}

/**
 * True if the error means that the reader of a pipe or the terminal has gone. A run continues in this case.
 */
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
