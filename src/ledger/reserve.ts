import { randomFillSync } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { errorMessage } from '../core/error-message.ts';
import { ClassifiedError } from '../core/failure.ts';
import { UserError } from '../core/user-error.ts';

/** The reserve is released in parts of this size, bytes: about one commit of the ledger. */
export const RESERVE_PART = 64 * 1024;
/** Written at once, bytes. */
const CHUNK = 1024 * 1024;
/** The system's words for "no room": the disk, the user's quota, the largest file. */
const NO_ROOM = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/**
 * Disk space that is set aside beside a ledger. When the disk is full, the space is released part
 * by part, and the answers to requests that have already left are recorded in it. A part is
 * released and written to at once, so another program has no time to take it.
 */
export class Reserve {
  readonly #path: string;
  #left: number;

  private constructor(path: string, bytes: number) {
    this.#path = path;
    this.#left = bytes;
  }

  /**
   * Sets `bytes` aside in a file at `path`; replaces what an earlier process left there. Throws a
   * `ClassifiedError` (`disk-full`) if there is no room, and leaves no file then.
   */
  static allocate(path: string, bytes: number): Reserve {
    try {
      rmSync(path, { force: true });
      fill(path, bytes);
    } catch (error) {
      removeQuietly(path);
      throw allocationFailure(path, bytes, error);
    }
    return new Reserve(path, bytes);
  }

  /** Releases one part to the disk; false if nothing is left. */
  releasePart(): boolean {
    if (this.#left <= 0) return false;
    this.#left -= RESERVE_PART;
    try {
      truncateSync(this.#path, Math.max(0, this.#left));
      return true;
    } catch {
      this.#left = 0; // somebody removed the file: its space is free already
      return false;
    }
  }

  /** Removes the file. A file that can't be removed is in nobody's way: the next run removes it. */
  remove(): void {
    this.#left = 0;
    removeQuietly(this.#path);
  }
}

/** Random bytes, because a disk that compresses would store zeros in no space at all. */
function fill(path: string, bytes: number): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, bytes));
    for (let left = bytes; left > 0; ) {
      randomFillSync(chunk);
      left -= writeSync(file, chunk, 0, Math.min(chunk.length, left));
    }
    // Some disks and quotas look for the space only now.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The failure that led here says more.
  }
}

function allocationFailure(path: string, bytes: number, cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (NO_ROOM.includes(code)) {
    return new ClassifiedError({
      kind: 'fatal',
      effect: 'none',
      code: 'no_room_for_reserve',
      message: `Not started, the disk is full (${code}): a run first sets aside ${Math.ceil(bytes / 1024)} KiB beside its ledger, at ${path}, to record the last answers if the disk fills up. Nothing was sent. Make room for that and for the ledger, then try again.`,
      fatalCause: 'disk-full',
      cause,
    });
  }
  const why = errorMessage(cause);
  return new UserError(
    'configuration',
    `Can't write the reserve of the run: ${why}. Nothing was sent. Make the folder of ${path} writable, or use another state directory: --state DIR or UCBULK_STATE.`,
    { cause },
  );
}
