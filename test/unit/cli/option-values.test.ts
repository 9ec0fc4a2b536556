import { expect, test } from 'vitest';
import {
  assignments,
  duration,
  positiveInteger,
  positiveNumber,
  share,
  wholeNumber,
  withEnvironment,
} from '../../../src/cli/option-values.ts';

test.each([
  [positiveInteger, '5', 5],
  [positiveInteger, ' 5 ', 5],
  [duration, ' 90s ', 90_000],
  [positiveNumber, '0.5', 0.5],
  [wholeNumber, '0', 0],
  [share, '0.7', 0.7],
  [duration, '1m30s', 90_000],
])('%o takes %s', (parser, given, expected) => {
  expect(parser('flag')(given)).toBe(expected);
});

test.each([
  [positiveInteger, '0'],
  [positiveInteger, '1.5'],
  [positiveInteger, 'x'],
  [positiveNumber, '0'],
  [positiveNumber, 'Infinity'],
  [positiveNumber, ''],
  [wholeNumber, '-1'],
  [wholeNumber, ''],
  [wholeNumber, ' '],
  [share, ' '],
  [share, '1.1'],
  [duration, '5 minutes'],
])('%o refuses %s, and names the flag', (parser, given) => {
  expect(() => parser('some-flag')(given)).toThrow(/^--some-flag/);
});

test('a flag that was given twice is refused', () => {
  expect(() => positiveNumber('rate')(['1', '2'])).toThrow('--rate was given twice');
});

test('variables are name=value, and the value may hold anything', () => {
  expect(assignments('var')(['a=1', 'b=x=y', 'c='])).toEqual({ a: '1', b: 'x=y', c: '' });
  expect(() => assignments('var')(['a'])).toThrow('--var takes name=value');
});

test('the environment gives defaults, and says so in the help', () => {
  const table = withEnvironment(
    {
      'dry-run': { type: 'boolean', default: false, describe: 'Dry' },
      rate: { describe: 'Rate' },
      var: { array: true, describe: 'Var' },
      'state-dir': { describe: 'State' },
    },
    { UCBULK_DRY_RUN: '1', UCBULK_RATE: '5', UCBULK_VAR: 'a=1,b=2', UCBULK_STATE_DIR: 'x' },
  );
  expect(table['dry-run']).toMatchObject({ default: true, describe: 'Dry [UCBULK_DRY_RUN]' });
  expect(table.rate).toMatchObject({ default: '5' });
  expect(table.var).toMatchObject({ default: ['a=1', 'b=2'] });
  expect(table['state-dir']).toEqual({ describe: 'State' });
});

test('a value of the environment that is none is told of its variable, a flag of itself', () => {
  const table = withEnvironment(
    { rate: { describe: 'Rate', coerce: positiveNumber('rate') } },
    { UCBULK_RATE: 'x' },
  );
  expect(() => table.rate.coerce('x')).toThrow('UCBULK_RATE takes a number above 0, got `x`');
  expect(() => table.rate.coerce('y')).toThrow('--rate takes a number above 0, got `y`');
  expect(table.rate.coerce('5')).toBe(5);
});
