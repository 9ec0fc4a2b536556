import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorDocument, errorText } from '../../../src/cli/describe-error.ts';
import { NEEDED_NEWER_NODE, NEEDED_NODE, refuseOldNode } from '../../../src/cli/needed-node.ts';
import { UserError } from '../../../src/core/user-error.ts';

function source(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
}

function started(node: string, argv: readonly string[] = [], env = {}) {
  return refuseOldNode({ node, path: '/usr/bin/node', argv, env });
}

const MESSAGE =
  'ucbulk needs Node 20.19 or newer, and this is Node 18.20.8 (/usr/bin/node). Nothing was done. Install a newer Node, or put it first in PATH.';

test.each(['18.20.8', '20.18.3', '20.9.0', '9.0.0', '21.7.3', '22.1.0'])(
  'Node %s is too old',
  (node) => {
    expect(started(node)?.stderr).toContain(`this is Node ${node} `);
  },
);

test.each(['20.19.0', '20.20.2', '22.2.0', '22.11.0', '100.0.0', '23.0.0-nightly'])(
  'Node %s is new enough',
  (node) => expect(started(node)).toBeNull(),
);

test('an old Node is refused in the words and the document of any other error', () => {
  const error = new UserError('configuration', MESSAGE);
  expect(started('18.20.8', ['runs'])).toEqual({ stderr: `${errorText(error, 3)}\n`, stdout: '' });
  const document = { version: 1, ...errorDocument(error, 3) };
  expect(JSON.parse(started('18.20.8', ['runs', '--json'])?.stdout ?? '')).toEqual(document);
  const { stdout = '' } = started('18.20.8', ['runs'], { UCBULK_JSON: 'true' }) ?? {};
  expect(JSON.parse(stdout)).toEqual(document);
});

test('the needed version is the one in package.json', () => {
  const { engines } = JSON.parse(source('package.json')) as { engines: { node: string } };
  expect(engines.node).toBe(`^${NEEDED_NODE.join('.')} || >=${NEEDED_NEWER_NODE.join('.')}`);
});

test('nothing else is loaded before the check', () => {
  const loaded = [...source('src/cli/main.ts').matchAll(/^(?:import|export) .*'(.*)';$/gm)];
  expect(loaded.map(([, path]) => path)).toEqual(['./needed-node.ts']);
  expect(source('src/cli/needed-node.ts')).not.toMatch(/^import |\bimport\(|\brequire\(/m);
});
