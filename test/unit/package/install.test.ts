import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findHeaders } from '../../../config/install.mjs';
import { TEMP_ROOT } from '../../support/temp-root.ts';

const root = mkdtempSync(join(TEMP_ROOT, 'ucbulk-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A folder with the headers of a major version of Node. */
function folderOfHeaders(major: number, files = ['node.h', 'node_version.h']): string {
  const folder = mkdtempSync(join(root, 'node-'));
  const include = join(folder, 'include/node');
  mkdirSync(include, { recursive: true });
  const text = `#ifndef X\n#define NODE_MAJOR_VERSION ${major}\n#define NODE_MINOR_VERSION 1\n`;
  for (const file of files) writeFileSync(join(include, file), text);
  return folder;
}

test('the first folder with the headers of the running major version is used', () => {
  const fits = folderOfHeaders(22);
  const folders = ['/nowhere', folderOfHeaders(2), folderOfHeaders(20), fits, folderOfHeaders(22)];
  expect(findHeaders(folders, '22.2.0')).toBe(fits);
});

test('headers of another version or an incomplete folder are not used', () => {
  const folders = ['/nowhere', folderOfHeaders(20), folderOfHeaders(22, ['node_version.h'])];
  expect(findHeaders(folders, '22.2.0')).toBeNull();
});
