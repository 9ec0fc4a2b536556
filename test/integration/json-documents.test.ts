import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { addAllCommands } from '../../src/cli/add-commands.ts';
import { COMMAND_DOCUMENTS, documentSchemas } from '../../src/cli/documents/all-documents.ts';
import { runProgram } from '../../src/cli/program.ts';
import { readCommands } from '../../src/cli/read-commands.ts';
import type { StopSignal } from '../../src/cli/surroundings.ts';
import { createEmulator } from '../../src/emulator/emulator.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';
import { readDocuments } from '../support/check-documents.ts';
import { TEMP_ROOT } from '../support/temp-root.ts';

const COMMANDS = await readCommands(addAllCommands);

const DELETE =
  'version: 1\nname: cleanup\nsource: { files: { stored: false } }\nlimits: { items: 3 }\nsteps: [{ uses: delete }]\n';
const STORE = `version: 1\nname: keep\nlabels: { team: web }\nsource: { list: { path: ids.csv, onBadRow: skip } }
steps: [{ uses: store }, { uses: metadata, with: { set: { a: b } }, if: file.isImage }]\n`;
const COPY =
  'version: 1\nname: copy\nsource: { files: {} }\nlimits: { items: 2 }\nsteps: [{ uses: copy-local }]\n';

/** A folder with job files, and a function that runs command lines in it. `UUID` stands for a file. */
async function openFolder() {
  const cwd = mkdtempSync(join(TEMP_ROOT, 'ucbulk-json-'));
  const emulator = createEmulator({ files: 30, buckets: { attic: {} } });
  const listening = await emulator.listen();
  onTestFinished(async () => {
    await listening.close();
    rmSync(cwd, { recursive: true, force: true });
  });
  const write = (name: string, text: string) => writeFileSync(join(cwd, name), text);
  const uuid = emulator.projects[0]?.seededFile(0).uuid ?? '';
  const { privateKey } = generateKeyPairSync('ed25519');
  write('a.key', String(privateKey.export({ format: 'pem', type: 'pkcs8' })));
  write('delete.yaml', DELETE);
  write('keep.yaml', STORE);
  write('copy.yaml', COPY);
  const place = `url: 's3://attic/', endpoint: '${listening.origin}/s3', cdn: '${listening.origin}'`;
  const backup = `uses: delete, with: { backup: { ${place} } }`;
  write('backup.yaml', COPY.replace('uses: copy-local', backup));
  write('wrong.yaml', `${DELETE}limit: 3\n`);
  write('ids.csv', `uuid,note\n${uuid},x\n00000000-0000-4000-8000-000000000000,y\nno uuid,z\n`);
  write('urls.txt', `${listening.origins.cdn}/${uuid}/\n`);
  write('page.html', `<img src="https://ucarecdn.com/${uuid}/">`);
  return async (line: string) => {
    const printed: string[] = [];
    const onPrint: (() => void)[] = [];
    const stream = (keep: (text: string) => void) => ({
      write: keep,
      drained: () => Promise.resolve(),
      isTerminal: false,
      columns: undefined,
      unread: 0,
      isClosed: false,
      failure: null,
    });
    const world = createSystemWorld();
    const argv = line.replaceAll('UUID', uuid).split(' ');
    await runProgram([...argv, '--json'], {
      world,
      env: {
        UPLOADCARE_PUBLIC_KEY: 'demopublickey',
        UPLOADCARE_SECRET_KEY: 'demosecretkey',
        UPLOADCARE_REST_API_BASE: listening.origin,
        UPLOADCARE_UPLOAD_API_BASE: listening.origin,
        AWS_ACCESS_KEY_ID: emulator.buckets.accessKey.accessKeyId,
        AWS_SECRET_ACCESS_KEY: emulator.buckets.accessKey.secretAccessKey,
        UCBULK_STATE: join(cwd, 'state'),
      },
      cwd,
      stdout: stream((text) => {
        printed.push(text);
        for (const call of onPrint) call();
      }),
      stderr: stream(() => undefined),
      ask: null,
      runProgram: async () => ({ exitCode: null, startError: 'ENOENT', output: '' }),
      // `serve` and `emulator` end as soon as they have printed their document.
      onSignal(listener: (signal: StopSignal) => void) {
        if (/^(serve|emulator)/.test(line))
          onPrint.push(() => setImmediate(() => listener('SIGINT')));
        return () => undefined;
      },
      onSaveSignal: () => () => undefined,
      exit: () => undefined,
    });
    await world.close();
    return readDocuments(printed.join('')).map(({ type }) => type as string);
  };
}

const RUN = 'run keep.yaml';
const DELETED = 'run delete.yaml --yes';
const BASE = 'webhooks create https://example.com/hook --event file.uploaded';

/** Command lines for each command. The output of all lines that start with the command is checked. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  plan: ['plan keep.yaml', 'plan delete.yaml -o a.plan', 'plan delete.yaml --compare a.plan'],
  run: [RUN, 'run delete.yaml --dry-run', 'run delete.yaml', 'run wrong.yaml', 'run copy.yaml'],
  undo: ['run copy.yaml', 'undo latest --dry-run', 'undo latest --yes'],
  restore: ['run backup.yaml --yes', 'restore latest --dry-run', 'restore latest'],
  apply: ['plan delete.yaml -o a.plan', 'apply a.plan --dry-run', 'apply a.plan --yes'],
  approve: ['plan delete.yaml -o a.plan', 'approve a.plan --key a.key'],
  show: ['plan delete.yaml -o a.plan', 'show a.plan'],
  resume: ['run delete.yaml', 'resume --dry-run', 'resume --yes'],
  retry: [RUN, 'retry latest --dry-run', 'retry latest'],
  status: ['status', 'run delete.yaml', 'status', RUN, 'status'],
  serve: ['serve --port 0'],
  stop: ['run delete.yaml', 'stop latest'],
  abandon: ['run delete.yaml', 'abandon latest --yes'],
  runs: [RUN, DELETED, 'runs'],
  items: [RUN, 'items latest', 'items latest --state in-doubt'],
  log: [RUN, 'log'],
  report: [
    'run copy.yaml',
    DELETED,
    'report latest',
    'report copy --format map',
    'report latest -o a.csv',
  ],
  verify: [RUN, 'verify latest'],
  evidence: [DELETED, 'evidence latest -o proof --sign a.key', 'evidence --check proof'],
  rewrite: ['run copy.yaml', 'rewrite latest page.html --dry-run'],
  init: ['init', 'init store', 'init --cron keep.yaml'],
  validate: ['validate keep.yaml', 'validate wrong.yaml'],
  schema: ['schema'],
  'api-schema': ['api-schema'],
  completion: ['completion zsh'],
  'config show': ['config show'],
  project: ['project'],
  inspect: ['inspect'],
  rehearse: ['inspect', 'rehearse delete.yaml'],
  'webhooks list': [BASE, 'webhooks list'],
  'webhooks create': [BASE, BASE],
  'webhooks update': [BASE, 'webhooks update 1000001 --no-active'],
  'webhooks delete': [BASE, 'webhooks delete 1000001'],
  'webhooks unsubscribe': [BASE, 'webhooks unsubscribe https://example.com/hook'],
  clean: [RUN, 'clean --keep-last 1 --dry-run', 'clean --keep-last 1'],
  doctor: [RUN, 'doctor'],
  emulator: ['emulator --files 3'],
  'file list': ['file list', 'file list --json=uuid,tags'],
  'file info': ['file info UUID'],
  'file store': ['file store UUID', 'file store --all --save a.yaml'],
  'file delete': ['file delete UUID --yes'],
  'file local-copy': ['file local-copy UUID'],
  'file remote-copy': ['file remote-copy UUID --target archive'],
  'convert document': ['convert document UUID --format pdf --yes'],
  'convert video': ['convert video UUID --format mp4 --yes'],
  'addon execute': ['addon execute remove_bg UUID --yes'],
  'metadata set': ['metadata set UUID a=b'],
  'metadata delete': ['metadata delete UUID a'],
  'tags add': ['tags add UUID a'],
  'tags remove': ['tags remove UUID a'],
  'group create': ['group create UUID'],
  'group delete': ['group delete --all --yes'],
  upload: ['upload page.html'],
  import: ['import --from urls.txt'],
};

/** Commands that need a working run, an item in doubt or minutes. The tests in `e2e` check their documents. */
const ELSEWHERE = ['demo', 'pause', 'continue', 'set', 'resolve', 'worker', 'workers'];

test('every command has its documents in the table, and lines in this test', () => {
  const names = COMMANDS.map(({ name }) => name).sort();
  expect(Object.keys(COMMAND_DOCUMENTS).sort()).toEqual(names);
  expect([...Object.keys(LINES), ...ELSEWHERE].sort()).toEqual(names);
  const types = new Set([...Object.values(COMMAND_DOCUMENTS).flat(), 'error']);
  expect(types).toEqual(new Set(Object.keys(documentSchemas())));
});

test.each(Object.entries(LINES))('%s prints documents with their schemas', async (name, lines) => {
  const run = await openFolder();
  const types: string[] = [];
  for (const line of lines) {
    const printed = await run(line);
    if (line.startsWith(name)) types.push(...printed);
  }
  expect(types).not.toEqual([]);
  expect([...COMMAND_DOCUMENTS[name]!, 'error']).toEqual(expect.arrayContaining(types));
  expect(types.filter((type) => type !== 'error')).not.toEqual([]);
});

test('a field without a schema is an error', () => {
  const document = { version: 1, type: 'report', file: 'a.csv' };
  expect(readDocuments(JSON.stringify(document))).toEqual([document]);
  expect(() => readDocuments(JSON.stringify({ ...document, extra: 1 }))).toThrow('extra');
  expect(() => readDocuments(JSON.stringify({ ...document, version: 2 }))).toThrow('/version');
  expect(() => readDocuments('{"version":1,"type":"other"}')).toThrow('No schema');
});
