import { formatDuration } from '../core/duration.ts';
import type { FileFacts } from '../core/file-facts.ts';

/** How a person can see whether a step had its effect on an item. */
export interface ExpectedEffect {
  readonly words: string;
  /**
   * Returns true if the step may have made the given file. Null if the step makes no file in this project.
   */
  readonly matches: ((file: Pick<FileFacts, 'filename' | 'mimeType'>) => boolean) | null;
  /** After a request, the file may appear within this time, ms. */
  readonly windowMs: number;
}

/** The effect of a conversion: a file without a name, or a file whose name has one of these endings. */
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

/** An effect other than a new file. `words` describes where it can be seen. */
export function seenAs(words: string): ExpectedEffect {
  return { words, matches: null, windowMs: 0 };
}

/** The description of an effect for an operation that describes none itself. */
export const PLAIN_EFFECT: ExpectedEffect = seenAs('the change of the operation at the file');

/** True if a name has one of these endings, or if the name is unknown. */
export function hasEnding(filename: string | null, endings: readonly string[]): boolean {
  return (
    filename === null || endings.some((ending) => filename.toLowerCase().endsWith(`.${ending}`))
  );
}
