import { ClassifiedError, type FailureFacts } from '../core/failure.ts';
import type { Rejected, RejectedRow } from './source.ts';

const MAX_SAMPLES = 50;
const MAX_SHOWN = 10;
// A one-liner has no job file, so the text says where the key belongs.
const FIX_LIST = 'Fix these lines, or remove them. A job file can leave them out: onBadRow: skip.';

/** How a job treats invalid rows. `fail`: it does not use the list. `skip`: it leaves out these rows. */
export type OnBadRow = 'fail' | 'skip';

/** Counts invalid rows and keeps the first ones as samples. */
export class Rejections {
  #count = 0;
  readonly #samples: RejectedRow[] = [];

  add(row: RejectedRow): void {
    this.#count += 1;
    if (this.#samples.length < MAX_SAMPLES) this.#samples.push(row);
  }

  get count(): number {
    return this.#count;
  }

  /** The part of a page that reports invalid rows; empty if there are none. */
  asPagePart(): { readonly rejected?: Rejected } {
    return this.#count === 0 ? {} : { rejected: { count: this.#count, samples: this.#samples } };
  }

  /** The failure because of invalid rows, if the job does not skip them. */
  toFailure(advice = FIX_LIST): ClassifiedError {
    const lines = this.#samples
      .slice(0, MAX_SHOWN)
      .map(({ place, reason }) => `${place}: ${reason}`);
    const more = this.#count - lines.length;
    const rest = more > 0 ? `\n… and ${more} more` : '';
    return unusable('bad_rows', `${lines.join('\n')}${rest}\nNothing was done. ${advice}`);
  }
}

/** The failure because of a list or folder that can't be used. The user must fix it. */
export function unusable(code: string, message: string, cause?: unknown): ClassifiedError {
  return refused({ code, message, fatalCause: 'input', cause });
}

/** The failure of a source that can't provide the items of this job. The user needs another job. */
export function unavailable(code: string, message: string): ClassifiedError {
  return refused({ code, message, fatalCause: 'job' });
}

function refused(
  facts: Pick<FailureFacts, 'code' | 'message' | 'fatalCause' | 'cause'>,
): ClassifiedError {
  return new ClassifiedError({ kind: 'fatal', effect: 'none', ...facts });
}

/** Quotes a text from a list for a message. Shortens it and removes control characters. */
export function quoteForMessage(text: string): string {
  return JSON.stringify(text.slice(0, 120).replaceAll(/\p{C}+/gu, '?'));
}
