import type { Metafile } from 'esbuild';
import { expect, test } from 'vitest';
import { buildProgram } from '../../../config/build.mjs';

const { outputs }: Metafile = await buildProgram({ write: false });

/** The packages and the folders of src/ whose code is loaded together with this module. */
function loadedWith(entryPoint: string): Set<string> {
  const found = Object.entries(outputs).find(([, output]) => output.entryPoint === entryPoint);
  if (found === undefined) throw new Error(`${entryPoint} is no entry point`);
  const chunks = new Set([found[0]]);
  for (const chunk of chunks) {
    for (const { path, kind } of outputs[chunk]?.imports ?? []) {
      if (kind === 'import-statement') chunks.add(path);
    }
  }
  const inputs = [...chunks].flatMap((chunk) => [
    chunk,
    ...Object.keys(outputs[chunk]?.inputs ?? {}),
  ]);
  return new Set(inputs.map((path) => partOf(path)));
}

function partOf(path: string): string {
  return (
    /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ??
    /^(src\/[^/]+)\//.exec(path)?.[1] ??
    path
  );
}

const HEAVY = [
  'better-sqlite3',
  'zod',
  'undici',
  'yaml',
  'pino',
  'pino-pretty',
  'src/emulator',
  'src/engine',
];

/** The packages with which ucbulk checks a job file. */
const JOB_SCHEMAS = ['zod', 'yaml', '@marcbachmann/cel-js'];

test('the start and the help of the program load no large package', () => {
  const loaded = ['src/cli/main.ts', 'src/cli/run-process.ts', 'src/world/system-world.ts'].flatMap(
    (entry) => [...loadedWith(entry)],
  );
  expect(loaded).toContain('yargs');
  expect(loaded.filter((part) => HEAVY.includes(part))).toEqual([]);
});

test.each([
  ...['status', 'runs', 'log'].map((command): [string, string[]] => [
    `src/cli/commands/${command}-command.ts`,
    [...JOB_SCHEMAS, 'undici', 'pino', 'src/emulator', 'src/transport', 'src/serve'],
  ]),
  [
    'src/cli/commands/validate-command.ts',
    ['undici', 'pino', 'src/emulator', 'src/transport', 'src/serve', 'src/engine/loop'],
  ],
  [
    'src/cli/commands/run-command.ts',
    ['undici', 'prom-client', 'pino-pretty', 'src/emulator', 'src/serve'],
  ],
  ['src/index.ts', ['yargs', 'undici', 'pino', 'src/cli', 'src/emulator']],
])('%s does not load what it does not use', (entry, unused) => {
  const loaded = loadedWith(entry);
  expect(unused.filter((part) => loaded.has(part))).toEqual([]);
});

test('zod is bundled without its messages in other languages', () => {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const locales = files.filter((path) => path.includes('/zod/v4/locales/'));
  expect(locales.filter((path) => !/\/(en|index)\.js$/.test(path))).toEqual([]);
});

test('the program consists of few files', () => {
  expect(Object.keys(outputs).length).toBeLessThan(300);
});
