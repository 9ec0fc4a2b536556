import { ClassifiedError, type FailureFacts } from '../core/failure.ts';
import type { Rejected, RejectedRow } from './source.ts';

const MAX_SAMPLES = 50;
const MAX_TOLD = 10;

/** What is done about what is no item: nothing of the list is worked on, or it is left out. */
export type OnBadRow = 'fail' | 'skip';

/** Counts what is no item and keeps the first of it. */
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

  /** For a page; nothing where nothing was rejected. */
  asPagePart(): { readonly rejected?: Rejected } {
    return this.#count === 0 ? {} : { rejected: { count: this.#count, samples: this.#samples } };
  }

  /** The end of a walk whose job takes no bad rows. */
  toFailure(advice = 'Mend the list, or set onBadRow: skip.'): ClassifiedError {
    const told = this.#samples.slice(0, MAX_TOLD).map(({ place, reason }) => `${place}: ${reason}`);
    const more = this.#count - told.length;
    const rest = more > 0 ? `\n… and ${more} more` : '';
    return unusable('bad_rows', `${told.join('\n')}${rest}\nNothing was done. ${advice}`);
  }
}

/** A list or folder that can't be read as the job says: for the user to mend. */
export function unusable(code: string, message: string, cause?: unknown): ClassifiedError {
  return refused({ code, message, fatalCause: 'input', cause });
}

/** What the job asks the source for can't be had: only another job can get on. */
export function unavailable(code: string, message: string): ClassifiedError {
  return refused({ code, message, fatalCause: 'job' });
}

function refused(
  facts: Pick<FailureFacts, 'code' | 'message' | 'fatalCause' | 'cause'>,
): ClassifiedError {
  return new ClassifiedError({ kind: 'fatal', effect: 'none', ...facts });
}

/** A text of a list as a message may show it. */
export function shown(text: string): string {
  return JSON.stringify(text.slice(0, 120).replaceAll(/\p{C}+/gu, '?'));
}
