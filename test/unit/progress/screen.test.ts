import { expect, test } from 'vitest';
import { createScreen } from '../../../src/progress/screen.ts';

function setup() {
  const written: string[] = [];
  const screen = createScreen({ write: (text) => written.push(text), columns: 80 });
  return { screen, written };
}

test('a line without live lines is just a line', () => {
  const { screen, written } = setup();
  screen.print('hello');
  expect(written).toEqual(['hello\n']);
});

test('live lines are drawn over themselves', () => {
  const { screen, written } = setup();
  screen.draw(['one', 'two']);
  screen.draw(['three', 'four']);
  expect(written).toEqual([
    'one\u001b[K\ntwo\u001b[K\n\u001b[J',
    '\u001b[2A\rthree\u001b[K\nfour\u001b[K\n\u001b[J',
  ]);
});

test('a printed line goes above the live lines, which are drawn again below it', () => {
  const { screen, written } = setup();
  screen.draw(['live']);
  screen.print('log');
  expect(written[1]).toBe('\u001b[1A\rlog\u001b[K\nlive\u001b[K\n\u001b[J');
});

test('text of another stream stays: the live lines make room for it and are drawn again below it', () => {
  const { screen, written } = setup();
  screen.makeRoom(() => written.push('first\n'));
  screen.draw(['one', 'two']);
  screen.makeRoom(() => written.push('a result that fills\nthree\nrows\n'));
  screen.draw(['three']);
  expect(written).toEqual([
    'first\n',
    'one\u001b[K\ntwo\u001b[K\n\u001b[J',
    '\u001b[2A\r\u001b[J',
    'a result that fills\nthree\nrows\n',
    'one\u001b[K\ntwo\u001b[K\n',
    '\u001b[2A\rthree\u001b[K\n\u001b[J',
  ]);
});

test('no live lines are left behind at the end, and nothing is written where there were none', () => {
  const { screen, written } = setup();
  screen.draw(['live']);
  screen.draw([]);
  screen.draw([]);
  expect(written).toEqual(['live\u001b[K\n\u001b[J', '\u001b[1A\r\u001b[J']);
});

test('a line typed meanwhile leaves a copy of the live lines above: it is erased', () => {
  const { screen, written } = setup();
  screen.draw(['live']);
  screen.draw([]);
  screen.eraseEchoed(2);
  expect(written[2]).toBe('\u001b[2A\r\u001b[J');
});

test('nothing is erased if something was printed above, or nothing was typed', () => {
  const { screen, written } = setup();
  screen.draw(['live']);
  screen.print('a warning');
  screen.draw([]);
  screen.eraseEchoed(2);
  screen.draw(['live']);
  screen.draw([]);
  screen.eraseEchoed(0);
  expect(written.filter((text) => text === '\u001b[2A\r\u001b[J')).toEqual([]);
  expect(written).toHaveLength(5);
});

test('after somebody made the terminal narrower, all rows of the earlier lines are drawn over', () => {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text), columns: 80 };
  const screen = createScreen(stream);
  screen.draw(['x'.repeat(79), '', '写真'.repeat(5)]);
  stream.columns = 10;
  screen.draw(['short']);
  screen.draw(['last']);
  // 8 rows, an empty row, and 2 rows with 5 wide characters each.
  expect(written[1]).toBe('\u001b[11A\rshort\u001b[K\n\u001b[J');
  expect(written[2]).toBe('\u001b[1A\rlast\u001b[K\n\u001b[J');
});
