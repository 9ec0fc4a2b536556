import { expect, test } from 'vitest';
import { alive, runBench } from '../support/run-bench.ts';

test('tags that each file has of its own, as the service takes tags', async () => {
  const bench = runBench();
  const project = bench.emulator.projects[0]!;
  const sale = project.addFile({ metadata: { category: ' Summer Sale! ' } }).uuid;
  const nameless = project.addFile({ metadata: { category: '東京' } }).uuid;
  const steps = [
    { uses: 'tags', with: { addFrom: "[file.metadata.category, 'x' + string(file.size)]" } },
  ];

  const end = await alive(bench.start({ source: { files: {} }, steps }));

  expect(end.counts).toMatchObject({ done: 2 });
  expect(project.file(sale)?.tags).toBe('["summer-sale","x5"]');
  expect(project.file(nameless)?.tags).toBe('["x5"]');
  expect(bench.items(end.run).map(({ result }) => result)).toEqual([
    { tags: ['summer-sale', 'x5'] },
    { tags: ['x5'] },
  ]);
});

test('where an item has no tag of its own, nothing is asked', async () => {
  const bench = runBench();
  bench.emulator.projects[0]!.addFile();
  const steps = [{ uses: 'tags', with: { addFrom: '[]' } }];
  const end = await alive(bench.start({ source: { files: {} }, steps }));
  expect(end.counts).toMatchObject({ done: 1 });
  expect(bench.mutations).toEqual([]);
});

test('metadata of an earlier step and of the item itself; one that can not be computed fails alone', async () => {
  const bench = runBench();
  const project = bench.emulator.projects[0]!;
  const whole = project.addFile({ metadata: { album: 'Rome' } }).uuid;
  project.addFile();
  const steps = [
    { id: 'copy', uses: 'copy-local' },
    {
      uses: 'metadata',
      with: {
        setFrom: { copy: 'steps.copy.file', seen: 'vars.year + file.metadata.album', n: '7' },
      },
    },
  ];
  const vars = { year: '2026 ' };

  const end = await alive(bench.start({ vars, source: { files: {} }, steps }));

  expect(end.counts).toMatchObject({ done: 1, failed: 1 });
  expect(end.reasons).toMatchObject([{ reason: 'expression_error' }]);
  expect(bench.items(end.run, 'failed')).toMatchObject([
    { message: 'No such key: album at character 27 of `vars.year + file.metadata.album`' },
  ]);
  const { copy, ...rest } = JSON.parse(project.file(whole)?.metadata ?? '{}');
  expect(project.file(copy)).toBeDefined();
  expect(rest).toEqual({ album: 'Rome', seen: '2026 Rome', n: '7' });
});

test('a value that metadata can not hold fails its item, before anything is sent', async () => {
  const bench = runBench();
  bench.emulator.projects[0]!.addFile();
  const steps = [{ uses: 'metadata', with: { setFrom: { empty: "''" } } }];
  const end = await alive(bench.start({ source: { files: {} }, steps }));
  expect(end.reasons).toMatchObject([{ reason: 'bad_metadata_value' }]);
  expect(bench.mutations).toEqual([]);
});
