import { expect, test } from 'vitest';
import { findStateDirectory } from '../../../src/state/state-paths.ts';

const facts = { flag: undefined, env: { HOME: '/home/me' }, cwd: '/work', exists: () => false };

test.each([
  [
    'the flag, from the working directory',
    { flag: 'here', env: { UCBULK_STATE: '/env' } },
    '/work/here',
  ],
  ['then UCBULK_STATE', { env: { UCBULK_STATE: '/env' }, exists: () => true }, '/env'],
  [
    'then ./state where it exists',
    { exists: (path: string) => path === '/work/state' },
    '/work/state',
  ],
  ['then XDG_STATE_HOME', { env: { HOME: '/home/me', XDG_STATE_HOME: '/xdg' } }, '/xdg/ucbulk'],
  [
    'but not a relative one',
    { env: { HOME: '/h', XDG_STATE_HOME: 'x' } },
    '/h/.local/state/ucbulk',
  ],
  ['then the home directory', {}, '/home/me/.local/state/ucbulk'],
])('%s', (_what, change, expected) => {
  expect(findStateDirectory({ ...facts, ...change })).toBe(expected);
});
