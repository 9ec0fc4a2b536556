import { expect, test } from 'vitest';
import { readOwnText } from '../../../src/package/own-files.ts';
import { readVersion, toolVersion } from '../../../src/run/tool-version.ts';

test('the version is the one of package.json', () => {
  expect(toolVersion()).toMatch(/^\d+\.\d+\.\d+/);
});

test('a package.json that is missing or of another program gives no version, and no error', () => {
  expect(readVersion(() => readOwnText('no-such-file.json'))).toBe('unknown');
  expect(readVersion(() => readOwnText('tsconfig.json'))).toBe('unknown');
});
