import { wordPieces } from '../core/encoded-word.ts';

/** The parts of an e-mail. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** ms since 1970. */
  readonly at: number;
}

const LINE = /.{1,76}/g;

/**
 * Formats an e-mail for `sendmail -t -i`. A subject with a newline can't add a header: it is one line, and encoded if it
 * has other characters than printable ASCII. The text is encoded too, so no line of it is too long or has a meaning.
 */
export function mailText({ from, to, subject, text, at }: Mail): string {
  const body = Buffer.from(`${text}\n`).toString('base64').match(LINE) ?? [];
  return [
    `From: ${from}`,
    `To: ${to.join(', ')}`,
    `Subject: ${encodeHeader(subject)}`,
    `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    ...body,
    '',
  ].join('\n');
}

/** Encodes the text of a header if necessary, as RFC 2047 asks. */
function encodeHeader(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (/^[\x20-\x7e]*$/.test(line) && !line.includes('=?') && line.length <= 200) return line;
  return wordPieces(line)
    .map((part) => `=?utf-8?B?${Buffer.from(part).toString('base64')}?=`)
    .join('\n ');
}
