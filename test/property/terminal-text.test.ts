import fc from 'fast-check';
import { expect, test } from 'vitest';
import { causeBlock } from '../../src/cli/cause-block.ts';
import { shortenName } from '../../src/cli/shorten-name.ts';
import { textTable } from '../../src/cli/text-table.ts';
import { stateCounts } from '../../src/core/state-counts.ts';
import { displayWidth, fitWidth } from '../../src/progress/display-width.ts';
import { NO_PROGRESS } from '../../src/progress/progress-state.ts';
import { createPaint } from '../../src/progress/terminal-style.ts';
import { plainText } from '../../src/progress/terminal-text.ts';
import { liveLines } from '../../src/progress/tty-printer.ts';

// Control characters, direction marks, invisible characters and halves of surrogate pairs.
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Names as nobody expects them: newlines, escapes, right-to-left marks, halves of pairs, wide and combined letters. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\n',
        '\r',
        '\t',
        '\u001b[2J',
        '\u001b]0;x\u0007',
        '\u009b31m',
        '\u202e',
        '\u2066',
      ),
      fc.constantFrom(
        '\ud83d',
        '\ude00',
        '\u200d',
        '\u200b',
        '\u2028',
        '\u0000',
        '\u007f',
        '\ufeff',
      ),
      fc.constantFrom(
        '写真',
        '한',
        'e\u0301',
        '👍🏽',
        '👨‍👩‍👧',
        '🇩🇪',
        'ـمرحبا',
        'a b',
        'x'.repeat(30),
        '%',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

test('no name harms a terminal, and no cut makes half a character', () => {
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 12, max: 80 }), (name, columns) => {
      const plain = plainText(name);
      for (const text of [plain, fitWidth(plain, columns), shortenName(plain, columns)]) {
        expect(text).not.toMatch(HARMFUL);
      }
      expect(displayWidth(fitWidth(plain, columns))).toBeLessThanOrEqual(columns);
      expect(displayWidth(shortenName(plain, columns))).toBeLessThanOrEqual(columns);
    }),
  );
});

test('the second column of a table begins at the same column of the terminal', () => {
  fc.assert(
    fc.property(fc.array(hostileText, { minLength: 1, maxLength: 5 }), (names) => {
      const lines = textTable(names.map((name) => [plainText(name), '|'])).split('\n');
      expect(lines).toHaveLength(names.length);
      expect(new Set(lines.map((line) => displayWidth(line))).size).toBe(1);
    }),
  );
});

test('a cause with hostile texts has two lines', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const cause = { state: 'failed', count: 1, step: text, reason: text, message: text } as const;
      const lines = causeBlock([{ ...cause, key: text as never, requestId: text }]);
      expect(lines).toHaveLength(3);
      expect(lines.join('')).not.toMatch(HARMFUL);
    }),
  );
});

test('live lines fit every terminal, whatever the run waits for', () => {
  const look = { live: true, color: false, unicode: true };
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 1, max: 120 }), (reason, width) => {
      const wait = { kind: 'retry', reason, since: 0, until: 5 } as const;
      const state = {
        ...NO_PROGRESS,
        phase: 'working' as const,
        counts: stateCounts({ done: 4290, failed: 10 }),
        waits: new Map([['w', wait]]),
      };
      const rates = { itemsPerSecond: 210, requestsPerSecond: 2.3, etaMs: 5, throttledShare: 0.1 };
      const figures = { state, settled: 4300, total: 7012, ...rates };
      const lines = liveLines(figures, { style: look, paint: createPaint(look), width });
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      expect(lines.join('')).not.toMatch(HARMFUL);
    }),
  );
});
