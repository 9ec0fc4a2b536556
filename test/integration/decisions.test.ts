import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decisionTexts } from '../../src/report/decision-texts.ts';
import { checkAdopted, whyNotLookedUp } from '../../src/resolve/check-adopted.ts';
import { readDecisions } from '../../src/resolve/read-decisions.ts';
import { resolveItems } from '../../src/resolve/resolve-items.ts';
import { statePaths } from '../../src/state/state-paths.ts';
import { createSystemFiles } from '../../src/world/system-files.ts';
import { alive, runBench } from '../support/run-bench.ts';

const FILES = createSystemFiles();
const MADE = '11111111-1111-4111-8111-111111111111';

/** A run of four pictures whose answers were all lost, and what a file of words says of them. */
async function fourInDoubt() {
  const bench = runBench({ autostore: false });
  const project = bench.emulator.projects[0]!;
  const inline = [1, 2, 3, 4].map(
    () => project.addFile({ mimeType: 'image/png', isImage: true }).uuid,
  );
  bench.fault = ({ target }) => (target.endsWith('/execute/') ? 'reset-after-effect' : null);
  const steps = [{ id: 'cut', uses: 'addon/remove_bg' }];
  const { run } = await alive(bench.start({ source: { inline }, steps }));
  const path = join(bench.directory, 'words.csv');
  const resolveFrom = async (text: string) => {
    writeFileSync(path, text);
    const { decisions, undecided } = await readDecisions(path, FILES);
    const counts = await bench.live({}, ({ world }) =>
      resolveItems(bench.directory, { run, decisions }, world),
    );
    return { counts, undecided };
  };
  return { bench, run, keys: inline, resolveFrom };
}

test('a file has a word for each item; all of them are taken at once', async () => {
  const { bench, run, keys, resolveFrom } = await fourInDoubt();
  const [one, two, three, four] = keys;
  const text = `\uFEFFITEM;as;file;note\r\n${one};adopt;${MADE};seen\r\n${two};skip;;\r\n${three};redo\r\n${four};;;\r\n`;
  expect(await resolveFrom(text)).toEqual({
    counts: { done: 0, adopt: 1, skip: 1, redo: 1, unchanged: 0 },
    undecided: 1,
  });
  const states = bench.items(run).map(({ state }) => state);
  expect(states).toEqual(['done', 'skipped', 'pending', 'in-doubt']);
  expect(bench.items(run, 'done')[0]?.result).toEqual({ file: MADE });
});

test('a file that is filled in bit by bit may have the words of before, and no others', async () => {
  const { bench, run, keys, resolveFrom } = await fourInDoubt();
  const [one, two, three, four] = keys;
  const first = `item,as,file\n${one},adopt,${MADE}\n${two},skip\n${three},redo\n`;
  await resolveFrom(`${first}${four},\n`);
  const before = bench.items(run);
  expect(await resolveFrom(`${first}${four},done\n`)).toEqual({
    counts: { done: 1, adopt: 0, skip: 0, redo: 0, unchanged: 3 },
    undecided: 0,
  });
  expect(bench.items(run).slice(0, 3)).toEqual(before.slice(0, 3));
  expect(await resolveFrom(`item,as\n${four},done\n`)).toMatchObject({ counts: { unchanged: 1 } });
  const other = `item,as,file\n${one},adopt,${two}\n${two},redo\n${three},done\n${four},skip\n`;
  const words = await resolveFrom(other).catch((error: Error) => error.message);
  for (const line of [2, 3, 4, 5]) {
    expect(words).toMatch(new RegExp(`words.csv:${line}: "\\S+" is not in doubt`));
  }
  expect(bench.items(run).slice(0, 3)).toEqual(before.slice(0, 3));
});

test('whatever is wrong with a file is told by its lines, and nothing is changed', async () => {
  const { bench, run, keys, resolveFrom } = await fourInDoubt();
  const [one, two] = keys;
  const bad = [
    'item,as,file',
    `${one},adopt,not-a-uuid`,
    `${two},perhaps,`,
    `${two},skip,`,
    `${one},done,${MADE}`,
    '"open,skip,',
  ];
  const words = await resolveFrom(bad.join('\n')).catch((error: Error) => error.message);
  expect(words).toContain('words.csv:2: adopt takes the UUID');
  expect(words).toContain('words.csv:3: as is "perhaps"');
  expect(words).toContain(`words.csv:4: "${two}" was named before, at words.csv:3`);
  expect(words).toContain('words.csv:5: file goes with adopt only');
  expect(words).toContain('words.csv:6: has a quote that is never closed');
  await expect(resolveFrom(`item,as\n${one},skip\nnobody,skip\n`)).rejects.toThrow(
    'words.csv:3: "nobody" is not in doubt in this run',
  );
  await expect(resolveFrom(`key,word\n${one},skip\n`)).rejects.toThrow(
    'words.csv:1 has no column item, as',
  );
  await expect(resolveFrom('')).rejects.toThrow('words.csv is empty');
  expect(bench.items(run, 'in-doubt')).toHaveLength(4);
});

test('a file that is to be adopted must be there', async () => {
  const file = async (uuid: string) =>
    uuid === MADE ? null : ({ removedAt: Date.UTC(2026, 0, 1) } as never);
  const removed = MADE.replaceAll('1111-4', '2222-4');
  await expect(checkAdopted({ file }, [MADE, removed])).rejects.toThrow(
    /is no file of the project\n.* was removed from the project at 2026-01-01/,
  );
  await checkAdopted({ file: async () => ({ removedAt: null }) as never }, [MADE]);
});

test('keys of another project look nothing up', async () => {
  const { bench, run } = await fourInDoubt();
  const restOrigin = 'https://service.test';
  const why = (publicKey: string) =>
    whyNotLookedUp(bench.directory, run, { publicKey, restOrigin });
  expect(why('demopublickey')).toBeNull();
  expect(why('another')).toContain('works on project demopublickey');
});

test('the report writes such a file to fill in; as it is, it says nothing', async () => {
  const { bench, run, resolveFrom, keys } = await fourInDoubt();
  const ledger = statePaths(bench.directory).ledger(run);
  const steps = [
    { id: 'cut', uses: 'addon/remove_bg', mayDelete: false, fileFrom: null, cdnHost: null },
  ];
  const text = [...decisionTexts({ run, ledger, steps, cdnHost: null })].join('');
  expect(text.split('\r\n')[1]).toContain(`"${keys[0]}","","","cut","addon/remove_bg","2026-`);
  expect(await resolveFrom(text)).toMatchObject({ counts: { skip: 0 }, undecided: 4 });
});

test('one file is adopted for one item only', async () => {
  const { bench, run, keys, resolveFrom } = await fourInDoubt();
  const [one, two] = keys;
  const text = `item,as,file\n${one},adopt,${MADE}\n${two},adopt,${MADE}\n`;
  await expect(resolveFrom(text)).rejects.toThrow(/words\.csv:3: .* another item adopts it/);
  expect(bench.items(run, 'in-doubt')).toHaveLength(4);
});
