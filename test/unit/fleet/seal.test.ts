import { expect, test } from 'vitest';
import { createSeal } from '../../../src/fleet/seal.ts';

const SECRET = 'demosecretkey';

test('what was sealed can be opened by who has the key, the run and the purpose', () => {
  const sealed = createSeal(SECRET, 'run-1').close({ uuid: 'a' }, 'call 1');
  expect(createSeal(SECRET, 'run-1').open(sealed, 'call 1')).toEqual({ uuid: 'a' });
  expect(sealed).not.toContain('uuid');
  expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('uuid');
});

test.each([
  ['another key', 'other', 'run-1', 'call 1'],
  ['another run', SECRET, 'run-2', 'call 1'],
  ['another purpose', SECRET, 'run-1', 'call 2'],
])('%s does not open it', (_, key, run, purpose) => {
  const sealed = createSeal(SECRET, 'run-1').close({ uuid: 'a' }, 'call 1');
  expect(() => createSeal(key, run).open(sealed, purpose)).toThrow();
});

test('a text of which any byte was changed can not be opened', () => {
  const seal = createSeal(SECRET, 'run-1');
  const sealed = Buffer.from(seal.close({ uuid: 'a' }, 'call 1'), 'base64');
  for (let place = 0; place < sealed.length; place += 1) {
    const changed = Buffer.from(sealed);
    changed[place]! ^= 1;
    expect(() => seal.open(changed.toString('base64'), 'call 1')).toThrow();
  }
  expect(() => seal.open('', 'call 1')).toThrow();
});
