import { randomFillSync } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { errorMessage } from '../core/error-message.ts';
import { ClassifiedError } from '../core/failure.ts';
import { UserError } from '../core/user-error.ts';

/**
 * Size of one part of the reserve, bytes. The reserve is released part by part. One commit of the ledger
 * needs about this much.
 */
export const RESERVE_PART = 64 * 1024;
/** Number of pages of a SQLite file (4 KiB each) in one part of the reserve. */
export const RESERVE_PART_PAGES = RESERVE_PART / 4096;
/** Number of bytes that one write to the file contains. */
const CHUNK = 1024 * 1024;
/** The system's error codes for a full disk, the user's quota and the largest file size. */
const NO_ROOM = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/**
 * Disk space that is reserved beside a ledger for the case that the disk is full. ucbulk may then still
 * receive answers to requests that it sent before. To record these answers, it releases the reserve part by
 * part. It uses each released part at once, so that no other program can take the space.
 */
export class Reserve {
  readonly #path: string;
  #left: number;

  private constructor(path: string, bytes: number) {
    this.#path = path;
    this.#left = bytes;
  }

  /**
   * Reserves `bytes` in a file at `path`; replaces the file of an earlier process. If there is not enough
   * space, removes the file and throws a `ClassifiedError` (`disk-full`).
   */
  static allocate(path: string, bytes: number): Reserve {
    try {
      rmSync(path, { force: true });
      fill(path, bytes, 'wx');
    } catch (error) {
      removeQuietly(path);
      throw allocationFailure(path, bytes, error);
    }
    return new Reserve(path, bytes);
  }

  /**
   * Increases the reserve to `bytes`. If the disk has not enough space, the reserve keeps its size and this
   * returns false.
   */
  growTo(bytes: number): boolean {
    if (bytes <= this.#left) return true;
    try {
      if (statSync(this.#path).size !== this.#left) return false; // somebody removed or changed it
      fill(this.#path, bytes - this.#left, 'a');
      this.#left = bytes;
      return true;
    } catch {
      try {
        truncateSync(this.#path, this.#left);
      } catch {
        // The file may stay too large. Ignore this: the next process replaces the file.
      }
      return false;
    }
  }

  /** Releases one part of the reserve. Returns false if no part is left. */
  releasePart(): boolean {
    if (this.#left <= 0) return false;
    this.#left -= RESERVE_PART;
    try {
      truncateSync(this.#path, Math.max(0, this.#left));
      return true;
    } catch {
      this.#left = 0; // the file was removed: its space is free already
      return false;
    }
  }

  /** Removes the file. Ignores a failure, because the next run removes the file anyway. */
  remove(): void {
    this.#left = 0;
    removeQuietly(this.#path);
  }
}

/** Fills the file with random bytes, because a disk that compresses data would use no space for zeros. */
function fill(path: string, bytes: number, flags: 'wx' | 'a'): void {
  const file = openSync(path, flags, 0o600);
  try {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, bytes));
    for (let left = bytes; left > 0; ) {
      randomFillSync(chunk);
      left -= writeSync(file, chunk, 0, Math.min(chunk.length, left));
    }
    // Some disks and quotas check the free space only at this call.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Ignore this failure. The caller throws the original one, which has more detail.
  }
}

function allocationFailure(path: string, bytes: number, cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (NO_ROOM.includes(code)) {
    return new ClassifiedError({
      kind: 'fatal',
      effect: 'none',
      code: 'no_room_for_reserve',
      message: `Not started, the disk is full (${code}): a run first sets aside ${Math.ceil(bytes / 1024)} KiB beside its ledger, at ${path}, to record the last answers if the disk fills up. Nothing was sent. Free some space for that and for the ledger, then run this again.`,
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
