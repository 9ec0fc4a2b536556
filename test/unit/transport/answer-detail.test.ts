import { expect, test } from 'vitest';
import { createRedactor } from '../../../src/core/redact-secrets.ts';
import { printableDetail } from '../../../src/transport/answer-detail.ts';

test('a long text is cut between words', () => {
  const text = 'word '.repeat(100);
  expect(printableDetail(text)).toBe(`${'word '.repeat(40)}…`);
  expect(printableDetail('x'.repeat(200))).toBe('x'.repeat(200));
});

test.each([
  ['a key', 'k3y'.repeat(20), ''],
  ['a signature', '0f'.repeat(32), 'https://b.example/a?X-Amz-Expires=60&X-Amz-Signature='],
  ['a token', 'Iq0'.repeat(200), 'X-Amz-Security-Token='],
])('no part of %s is left, wherever the text is cut', (_, secret, before) => {
  const redact = createRedactor([]);
  for (let start = 0; start < 210; start += 1) {
    const text = `${'no '.repeat(70).slice(0, start)} ${before}${secret} was refused`;
    const shown = redact(printableDetail(text));
    if (shown.includes(secret)) continue; // Only the redactor of a run knows its keys.
    expect(shown).not.toContain(secret.slice(0, 6));
  }
});

test('one word that is too long is left out', () => {
  expect(printableDetail('x'.repeat(201))).toBe('…');
});
