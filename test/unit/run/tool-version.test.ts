import { expect, test } from 'vitest';
import { readVersion, toolVersion } from '../../../src/run/tool-version.ts';

test('the version is the one of package.json', () => {
  expect(toolVersion()).toMatch(/^\d+\.\d+\.\d+/);
});

test('a package.json that is missing or of another program gives no version, and no error', () => {
  expect(readVersion(new URL('file:///no/such/package.json'))).toBe('unknown');
  expect(readVersion(new URL('../../../tsconfig.json', import.meta.url))).toBe('unknown');
});
