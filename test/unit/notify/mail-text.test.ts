import { expect, test } from 'vitest';
import { mailText } from '../../../src/notify/mail-text.ts';

const MAIL = { from: 'a@example.com', to: ['b@example.com', 'c@example.com'], at: 0 };

function parts(text: string): { headers: string[]; body: string } {
  const [headers = '', body = ''] = text.split(/\n\n(.*)/s);
  return { headers: headers.split('\n'), body: Buffer.from(body, 'base64').toString() };
}

test('an e-mail has its headers, and the text in a form that no server changes', () => {
  const text = `line\n.\nFrom x\n${'x'.repeat(3000)}`;
  const { headers, body } = parts(mailText({ ...MAIL, subject: 'ucbulk: cut failed', text }));
  expect(headers).toEqual([
    'From: a@example.com',
    'To: b@example.com, c@example.com',
    'Subject: ucbulk: cut failed',
    'Date: Thu, 01 Jan 1970 00:00:00 +0000',
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
  ]);
  expect(body).toBe(`${text}\n`);
});

test.each([
  'cut\nBcc: thief@example.com',
  'cut\r\nBcc: thief@example.com\r\n\r\nbody',
  'cut\u2028Bcc: x',
  'cut\u0000\u001b[2J',
  '=?utf-8?B?QmNj?=',
])('no subject adds a header: %j', (subject) => {
  const { headers } = parts(mailText({ ...MAIL, subject, text: 'x' }));
  const names = headers.filter((line) => !line.startsWith(' ')).map((line) => line.split(':')[0]);
  expect(names).toEqual([
    'From',
    'To',
    'Subject',
    'Date',
    'Auto-Submitted',
    'MIME-Version',
    'Content-Type',
    'Content-Transfer-Encoding',
  ]);
  expect(headers.join('')).toMatch(/^[\x20-\x7e]*$/);
});

test('a long subject with other letters is encoded in words of at most 75 characters', () => {
  const subject = '写真の削除が失敗しました'.repeat(8);
  const text = mailText({ ...MAIL, subject, text: 'x' });
  const words = [...text.matchAll(/=\?utf-8\?B\?([^?]*)\?=/g)];
  expect(words.map(([, word]) => Buffer.from(word!, 'base64').toString()).join('')).toBe(subject);
  for (const [word] of words) expect(word.length).toBeLessThanOrEqual(75);
});
