import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { validateAction } from '@action-validator/core';
import { expect, test } from 'vitest';
import { action, dockerfile, formula } from '../../../config/install-files.mjs';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8');
const MANIFEST = JSON.parse(read('package.json')) as {
  version: string;
  description: string;
  license: string;
};

test('Dockerfile and action.yml are as config/install-files.mjs writes them', () => {
  expect(read('Dockerfile')).toBe(dockerfile());
  expect(read('action.yml')).toBe(action(MANIFEST.version));
});

test('action.yml is a valid action, and no input becomes part of its script', () => {
  expect(validateAction(read('action.yml')).errors).toEqual([]);
  const [, script = ''] = /run: (.*)/.exec(read('action.yml')) ?? [];
  expect(script).not.toContain('${{');
});

test('the image does not run as root, keeps its state in a volume, and passes signals', () => {
  const [, image = ''] = dockerfile().split(/^FROM .*-slim$/m);
  expect(image).toMatch(/^USER node$/m);
  expect(image).toMatch(/^VOLUME \/state$/m);
  expect(image).toMatch(/^ENTRYPOINT \["ucbulk"\]$/m);
});

test('the formula has the version, the checksum and the address of the tarball', () => {
  const text = formula(MANIFEST, 'a'.repeat(64));
  expect(text).toContain(`ucbulk-${MANIFEST.version}.tgz"`);
  expect(text).toContain(`sha256 "${'a'.repeat(64)}"`);
  // Homebrew refuses a description that begins with an article, ends with a period or has more than 80 characters.
  const [, description = ''] = /desc "(.*)"/.exec(text) ?? [];
  expect(description).toMatch(/^(?!An? |The ).{1,80}(?<!\.)$/);
});
