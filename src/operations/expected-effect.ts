import { formatDuration } from '../core/duration.ts';
import type { FileFacts } from '../core/file-facts.ts';

/** What the effect of a step looks like to a person who must decide whether it happened. */
export interface ExpectedEffect {
  readonly words: string;
  /** Whether a file may be the one that the step made; null if the step makes no file of this project. */
  readonly matches: ((file: Pick<FileFacts, 'filename' | 'mimeType'>) => boolean) | null;
  /** The time after the send within which such a file may appear, ms. */
  readonly windowMs: number;
}

/** The effect of a conversion: a file without a name, or with one of these endings. */
export function convertedFile(formats: readonly string[], windowMs: number): ExpectedEffect {
  const endings = [...new Set(formats)];
  const words = `a file without a name, or named *.${endings.join(' or *.')}`;
  return newFile(words, windowMs, ({ filename }) => {
    return filename === '' || hasEnding(filename, endings);
  });
}

/** The effect of an operation that makes a file of the project. */
export function newFile(
  words: string,
  windowMs: number,
  matches: NonNullable<ExpectedEffect['matches']>,
): ExpectedEffect {
  const within = formatDuration(windowMs);
  return {
    words: `a new file, uploaded within ${within} of the send: ${words}`,
    matches,
    windowMs,
  };
}

/** An effect that shows elsewhere than in a new file. */
export function seenAs(words: string): ExpectedEffect {
  return { words, matches: null, windowMs: 0 };
}

/** The effect of an operation whose descriptor names none. */
export const PLAIN_EFFECT: ExpectedEffect = seenAs('what the operation leaves at the file');

/** A name that is unknown may have any ending. */
export function hasEnding(filename: string | null, endings: readonly string[]): boolean {
  return (
    filename === null || endings.some((ending) => filename.toLowerCase().endsWith(`.${ending}`))
  );
}
