export const NOT_UTF8 = 'not UTF-8 from here on; save the file as UTF-8';

/** The text of a user's file. If the file is not UTF-8, the position (from 1) of the first wrong byte. */
export type UserText =
  | { readonly text: string }
  | { readonly line: number; readonly column: number };

/**
 * Reads a text file from a user. Accepts UTF-8 only and does not guess another encoding. For example, a job
 * file may exclude a file name from a delete. After a wrong guess, that name would match no file. Rejects with
 * the error of the operating system.
 */
export async function readUserText(given: AsyncIterable<Uint8Array>): Promise<UserText> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of given) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const text = decoded(bytes);
  return text === null ? positionAfter(validStart(bytes)) : { text };
}

function decoded(bytes: Uint8Array, isStart = false): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, {
      stream: isStart,
    });
  } catch {
    return null;
  }
}

/** Returns the longest beginning of the bytes that is valid UTF-8. */
function validStart(bytes: Uint8Array): string {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (decoded(bytes.subarray(0, middle), true) === null) bad = middle;
    else good = middle;
  }
  return decoded(bytes.subarray(0, good), true) ?? '';
}

function positionAfter(text: string): { readonly line: number; readonly column: number } {
  const line = text.split('\n').length;
  return { line, column: text.length - text.lastIndexOf('\n') };
}
