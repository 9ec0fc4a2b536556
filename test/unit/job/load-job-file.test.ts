// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JobFileError } from '../../../src/job/job-file-error.ts';
import type { Job } from '../../../src/job/job-schema.ts';
import { loadJobFile } from '../../../src/job/load-job-file.ts';
import { OPERATION_NAMES } from '../../../src/job/step-schemas.ts';

const CLEANUP = `version: 1
name: cleanup
source:
  files: { stored: false }
where:
  uploaded:
    olderThan: 24h
steps:
  - uses: delete
`;

interface Given {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly vars?: Readonly<Record<string, string>>;
}

function load(text: string, { env = {}, vars = {} }: Given = {}): Job {
  return loadJobFile(text, { file: 'jobs/x.yaml', env, vars });
}

/** What is printed for a broken job file, without its name. */
function problemsOf(text: string, given: Given = {}): string[] {
  try {
    load(text, given);
  } catch (error) {
    if (!(error instanceof JobFileError)) throw error;
    return error.message.split('\n').map((line) => line.replace('jobs/x.yaml:', ''));
  }
  return [];
}

/** A job of one step with these lines put in. */
function jobWith({ where = '{ stored: true }', steps = '[{ uses: store }]', more = '' }): string {
  return `version: 1\nname: x\nsource: { files: {} }\nwhere: ${where}\nsteps: ${steps}\n${more}\n`;
}

test('a job file gives a job of plain data with every default filled in', () => {
  const job = load(CLEANUP);
  expect(job).toEqual({
    version: 1,
    name: 'cleanup',
    source: {
      kind: 'files',
      files: { stored: false, ordering: 'datetime_uploaded', pageSize: 1000 },
    },
    where: { uploaded: { olderThan: 86_400_000 } },
    steps: [{ id: '1-delete', uses: 'delete', with: {} }],
    guard: { confirm: true },
    limits: {},
    recheckAfter: 600_000,
  });
  expect(JSON.parse(JSON.stringify(job))).toEqual(job);
});

test('durations, sizes, dates and shares become numbers', () => {
  const job = load(
    jobWith({
      where:
        '{ size: { min: 10kB, max: 22MiB }, uploaded: { after: 1970-01-02, before: "1970-01-03T01:00:00+01:00" } }',
      more: 'guard: { maxFailures: 2.5% }\nlimits: { duration: 1h30m, rate: 2.5 }',
    }),
  );
  expect(job.where.size).toEqual({ min: 10_000, max: 22 * 1024 ** 2 });
  expect(job.where.uploaded).toEqual({ after: 86_400_000, before: 172_800_000 });
  expect(job.guard.maxFailures).toEqual({ kind: 'share', share: 0.025 });
  expect(job.limits).toEqual({ duration: 5_400_000, rate: 2.5 });
});

test('JSON with tabs, a byte order mark and CRLF lines are read alike', () => {
  const json =
    '{\n\t"version": 1, "name": "x", "source": {"files": {}}, "steps": [{"uses": "store"}]\n}';
  expect(load(json).name).toBe('x');
  expect(load(`\uFEFF${CLEANUP}`)).toEqual(load(CLEANUP));
  expect(load(CLEANUP.replaceAll('\n', '\r\n'))).toEqual(load(CLEANUP));
});

test('YAML 1.1 words stay text', () => {
  expect(load(jobWith({ where: '{ name: [no, 12:30, on] }' })).where.name).toEqual([
    'no',
    '12:30',
    'on',
  ]);
});

test('the last part of an operation is enough to suggest it', () => {
  const [problem] = problemsOf(CLEANUP.replace('uses: delete', 'uses: remove_bg'));
  expect(problem).toContain('unknown operation "remove_bg"; did you mean "addon/remove_bg"?');
});

test('an unknown key is named at its place, with the key that was meant', () => {
  expect(problemsOf(CLEANUP.replace('olderThan', 'olderthan'))).toEqual([
    '7:5: unknown key "olderthan" in where.uploaded; did you mean "olderThan"?',
  ]);
  expect(problemsOf(CLEANUP.replace('steps', 'step'))).toEqual([
    '1:1: missing key "steps"; expected a list of steps',
    '8:1: unknown key "step"; did you mean "steps"?',
  ]);
});

test('a key that is like no other is told what there is', () => {
  expect(problemsOf(jobWith({ where: '{ size: { wings: 2 } }' }))).toEqual([
    '4:18: unknown key "wings" in where.size; expected min, max',
  ]);
  expect(problemsOf(jobWith({ steps: '[{ uses: store, with: { target: x } }]' }))).toEqual([
    '5:32: unknown key "target" in steps[0].with; expected file',
  ]);
});

test.each([
  ['{ stored: maybe }', '4:18: where.stored: expected true or false, got "maybe"'],
  [
    '{ uploaded: { olderThan: 24 } }',
    '4:33: where.uploaded.olderThan: expected a duration such as 24h or 7d10h, got 24',
  ],
  [
    '{ uploaded: { olderThan: 1 day } }',
    '4:33: where.uploaded.olderThan: expected a duration such as 24h or 7d10h, got "1 day"',
  ],
  [
    '{ uploaded: { olderThan: 99999w } }',
    '4:33: where.uploaded.olderThan is more than a hundred years',
  ],
  [
    '{ uploaded: { before: 2023-02-29 } }',
    '4:30: where.uploaded.before: expected a date such as 2024-01-31 or 2024-01-31T10:00:00Z, got "2023-02-29"',
  ],
  [
    '{ uploaded: { before: 2024-01-31T10:00:00 } }',
    '4:30: where.uploaded.before: expected a date such as 2024-01-31 or 2024-01-31T10:00:00Z, got "2024-01-31T10:00:00"',
  ],
  [
    '{ uploaded: { olderThan: 2h, newerThan: 1h } }',
    '4:20: where.uploaded matches no file: newerThan is not more than olderThan',
  ],
  [
    '{ uploaded: { after: 2024-01-01, before: 2024-01-01 } }',
    '4:20: where.uploaded matches no file: before is not later than after',
  ],
  ['{ size: { min: 2, max: 1 } }', '4:16: where.size matches no file: min is more than max'],
  [
    '{ size: { min: 9e99 } }',
    '4:23: where.size.min: expected a size such as 10MiB or 4GB, or a number of bytes, got 9e+99',
  ],
  ['{ size: { min: 9999999999TB } }', '4:23: where.size.min is larger than any file'],
  ['{ name: "[a" }', '4:16: where.name is not a glob: a [ or { has no end, or it ends with \\'],
  [
    '{ metadata: { keep: true } }',
    '4:28: where.metadata.keep: expected a glob in quotes, a list of globs, or { exists: true }, got true',
  ],
  [
    '{ metadata: { "a b": x } }',
    '4:22: where.metadata["a b"] is not a metadata key: letters, digits and _ . : - only, at most 64',
  ],
  [
    '{ tags: { any: [] } }',
    '4:23: where.tags.any: expected a list of at least one tag, got a list',
  ],
  ['{ unless: {} }', '4:18: where.unless has no condition; add one, or remove the key'],
  ['', '4:1: where: expected a block of keys, got nothing. Indent the lines that belong to it'],
])('where %s is refused', (where, problem) => {
  expect(problemsOf(jobWith({ where }))).toEqual([problem]);
});

test.each([
  ['[]', '5:8: steps: expected a list of at least one step, got a list'],
  ['[{ id: a }]', `5:9: missing key "uses" in steps[0]; expected ${OPERATION_NAMES.join(', ')}`],
  ['[{ uses: sotre }]', '5:17: unknown operation "sotre"; did you mean "store"?'],
  ['[{ uses: 7 }]', `5:17: steps[0].uses: expected ${OPERATION_NAMES.join(', ')}`],
  [
    '[{ uses: store, if: "file.size >" }]',
    '5:28: steps[0].if is not a condition: Unexpected token: EOF at character 12',
  ],
  [
    '[{ uses: store, if: "size > 1" }]',
    '5:28: steps[0].if reads size, which does not exist; known: file, item, steps, vars; did you mean file.size?',
  ],
  ['[{ uses: store, if: "1 + 1" }]', '5:28: steps[0].if is int, expected true or false'],
  [
    `[{ uses: store, if: "vars.nope == 'a'" }]`,
    '5:28: steps[0].if reads an unknown variable: "nope"; the file has none',
  ],
  [
    `[{ uses: store, if: "steps.cut.file != ''" }]`,
    '5:28: steps[0].if reads a step that is not an earlier one: "cut"; earlier steps: none',
  ],
  [
    '[{ uses: store, with: { file: "${{ steps.cut.file }}" } }]',
    '5:38: steps[0].with.file is not an earlier step: "cut"; earlier steps: none',
  ],
  [
    '[{ id: a, uses: tags, with: { add: [x] } }, { uses: store, with: { file: "${{ steps.a.file }}" } }]',
    '5:81: steps[1].with.file is the step "a", but tags makes no file',
  ],
  [
    '[{ uses: store, project: x }]',
    '5:33: steps[0].project is not a project of the job: "x"; the file has no projects',
  ],
  ['[{ uses: copy-to-remote }]', '5:9: missing key "with" in steps[0]; expected a block of keys'],
  [
    '[{ uses: copy-to-remote, with: { target: x, pattern: "${filename}${ext}" } }]',
    '5:61: steps[0].with.pattern has neither ${uuid} nor ${default}, so two files with the same name would overwrite or hide each other; add ${uuid}, or set allowNameCollisions: true',
  ],
  [
    '[{ id: a, uses: store }, { id: a, uses: store }]',
    '5:39: steps[1].id is already the id of another step: "a"',
  ],
  [
    '[{ uses: delete }, { uses: store }]',
    '5:35: steps[1].uses comes after a delete, so there is no file left',
  ],
])('steps %s are refused', (steps, problem) => {
  expect(problemsOf(jobWith({ steps }))).toEqual([problem]);
});

test.each([
  [
    'notify: {}',
    '6:9: notify: expected a list of blocks, each with one of webhook, slack, ping, command, email, got a block of keys',
  ],
  ['schedule: {}', '6:1: key "schedule" is not supported by this version'],
  [
    'limits: { paid: { remove_gb: 1 } }',
    '6:19: unknown key "remove_gb" in limits.paid; did you mean "remove_bg"?',
  ],
  [
    'limits: { paid: { remove_bg: many } }',
    '6:30: limits.paid.remove_bg: expected a whole number of at least 0, got "many"',
  ],
  [
    'limits: { paid: { remove_bg: 5 } }',
    '6:30: limits.paid.remove_bg limits no step of the job; remove it',
  ],
  ['report: { formats: [csv] }', '6:11: key "formats" in report is not supported by this version'],
  [
    'limits: { rate: 0 }',
    '6:17: limits.rate: expected a number of requests per second, more than 0, got 0',
  ],
  [
    'guard: { maxItems: -1 }',
    '6:20: guard.maxItems: expected a whole number of at least 0, got -1',
  ],
  [
    'guard: { maxFailures: 101% }',
    '6:23: guard.maxFailures: expected a number of items, or a share such as 1%, got "101%"',
  ],
  [
    'project: 0123456789abcdef012!',
    '6:10: project: expected the public key of a project, got "0123456789abcdef012!"',
  ],
  [
    'description: 0123456789abcdef0123',
    '6:14: description looks like a key of a project; put it into a variable of the environment',
  ],
])('%s is refused', (more, problem) => {
  expect(problemsOf(jobWith({ more }))).toEqual([problem]);
});

test('every problem is told at once, in the order of the file', () => {
  const problems = problemsOf(
    'version: 2\nnam: x\nsource: { search: {} }\nsteps:\n  - uses: convert/vide\n',
  );
  expect(problems).toEqual([
    '1:1: missing key "name"; expected a name such as nightly-cleanup',
    '1:10: version: expected 1, got 2',
    '2:1: unknown key "nam"; did you mean "name"?',
    '3:19: source.search is empty; a search needs at least one condition',
    '5:11: unknown operation "convert/vide"; did you mean "convert/video"?',
  ]);
});

test('a source is one of those there are, and only one', () => {
  const withSource = (source: string) =>
    problemsOf(CLEANUP.replace('files: { stored: false }', source));
  expect(withSource('{}')).toEqual([
    '4:3: source is empty; name one of files, search, groups, inventory, list, inline, run, made, deleted, urls, folder, bucket, code',
  ]);
  expect(withSource('file: {}')).toEqual([
    '4:3: unknown key "file" in source; did you mean "files"?',
  ]);
  expect(withSource('files: { pageSize: 1001 }')).toEqual([
    '4:22: source.files.pageSize: expected a whole number from 1 to 1000, got 1001',
  ]);
});

test('a list of UUIDs is a source that nothing can be filtered by', () => {
  const uuid = '5223010B-aaaa-4bbb-8ccc-000000000001';
  const text = `version: 1\nname: x\nsource: { inline: [${uuid}] }\nsteps: [{ uses: store }]\n`;
  expect(load(text).source).toEqual({ kind: 'inline', inline: [uuid.toLowerCase()] });
  expect(problemsOf(text.replace(uuid, 'cat.jpg'))).toEqual([
    '3:20: source.inline[0] is not a file UUID',
  ]);
  expect(problemsOf(`${text}where: { stored: true }\n`)).toEqual([
    '5:8: where needs the facts of a listing, which this source does not have; remove the filter',
  ]);
});

const UUID = '5223010b-aaaa-4bbb-8ccc-000000000001';

const STEPS: Readonly<Record<string, string>> = { urls: 'import-url', folder: 'upload' };

test.each<[string, Record<string, unknown>]>([
  ['list: { path: ids.csv }', { path: '/jobs/ids.csv', onBadRow: 'fail', columns: [] }],
  ['list: { path: "-", format: ndjson }', { path: '-', format: 'ndjson' }],
  ['urls: { path: ../urls.txt, onBadRow: skip }', { path: '/urls.txt', onBadRow: 'skip' }],
  ['folder: { path: . }', { path: '/jobs', followLinks: false, onUnreadable: 'fail' }],
  ['folder: { path: /data, match: "*.jpg" }', { path: '/data', match: ['*.jpg'] }],
  ['groups: {}', { take: 'files', ordering: 'datetime_created' }],
  [`groups: { ids: [${UUID.toUpperCase()}~2] }`, { ids: [`${UUID}~2`] }],
  ['run: { id: 20261121-204501-079kx7k2 }', { states: ['failed'] }],
  ['search: { tags: { any: [Cutout] } }', { tags: { any: ['cutout'] }, fuzzy: false }],
  [
    'search: { uploaded: { after: 2026-01-01 }, size: { max: 1kB } }',
    { uploaded: { after: Date.UTC(2026, 0, 1) }, size: { max: 1000 } },
  ],
])('source %s is read with its defaults and absolute paths', (source, options) => {
  const text = CLEANUP.replace('files: { stored: false }', source).replace(
    /where:[\s\S]*$/,
    `steps: [{ uses: ${STEPS[source.split(':')[0] ?? ''] ?? 'delete'} }]`,
  );
  const job = loadJobFile(text, { file: 'x', folder: '/jobs', env: {}, vars: {} });
  expect(job.source).toMatchObject({ [job.source.kind]: options });
});

test.each([
  ['list: {}', /missing key "path" in source.list/],
  ['list: ids.txt', /source.list: expected a block of keys, got "ids.txt"/],
  ['list: { path: x, onBadRow: ignore }', /source.list.onBadRow: expected fail or skip/],
  ['list: { path: x, colum: y }', /unknown key "colum" in source.list; did you mean "column"/],
  ['folder: { path: "" }', /source.folder.path: expected the path of a folder/],
  [`groups: { ids: [${UUID}] }`, /is not the id of a group/],
  ['run: { id: ../x }', /source.run.id: expected the id of a run/],
  ['run: { id: a, states: [broken] }', /expected one of pending, running/],
  ['search: { fuzzy: true }', /needs at least one condition/],
  ['search: { query: abc }', /at least 4 characters/],
  ['search: { phrase: { name: photo }, exact: { name: [a] } }', /in phrase and in exact/],
])('source %s is refused', (source, problem) => {
  const text = CLEANUP.replace('files: { stored: false }', source).replace(
    /where:[\s\S]*(?=steps)/,
    '',
  );
  expect(problemsOf(text).join()).toMatch(problem);
});

test('a pattern may give two files one name only where that is asked for', () => {
  const steps =
    '[{ uses: copy-to-remote, with: { target: x, pattern: "${filename}", allowNameCollisions: true } }]';
  expect(load(jobWith({ steps })).steps[0]).toMatchObject({
    with: { pattern: '${filename}', makePublic: true },
  });
});

const COPY = `vars: { target: first, prefix: "\${{ env.PREFIX }}" }
version: 1
name: copy
source: { files: {} }
steps:
  - uses: copy-to-remote
    with:
      target: \${{ vars.target }}
      pattern: \${{vars.prefix}}/\${uuid}\${ext}
`;

test("variables and the environment are put in, and Uploadcare's own placeholders are left", () => {
  expect(load(COPY, { env: { PREFIX: '2024' } }).steps[0]?.with).toMatchObject({
    target: 'first',
    pattern: '2024/${uuid}${ext}',
  });
});

test('--var overrides a variable, whose own expression is then not needed', () => {
  const job = load(COPY, { vars: { target: '007', prefix: '${{ env.X }}' } });
  expect(job.steps[0]?.with).toMatchObject({
    target: '007',
    pattern: '${{ env.X }}/${uuid}${ext}',
  });
});

test.each<[string, Given, string[]]>([
  ['an unset environment variable', {}, ['1:32: environment variable PREFIX is not set']],
  [
    'an unknown --var',
    { env: { PREFIX: '' }, vars: { targte: 'x' } },
    [
      '1:1: unknown variable "targte" in --var: the file has target, prefix; did you mean "target"?',
    ],
  ],
  [
    'a --var named like a method of objects',
    { env: { PREFIX: '' }, vars: { constructor: 'x' } },
    ['1:1: unknown variable "constructor" in --var: the file has target, prefix'],
  ],
])('%s is one problem, at its line', (_, given, problems) => {
  expect(problemsOf(COPY, given)).toEqual(problems);
});

test.each([
  ['{ name: "${{ vars.nam }}" }', 'unknown variable "nam"; did you mean "name"?'],
  ['{ name: "${{ vars.name" }', 'unfinished expression: ${{ without }}; add }}'],
  [
    '{ name: "${{ 1 + 1 }}" }',
    'unknown expression "1 + 1"; expected ${{ env.NAME }} or ${{ vars.NAME }}',
  ],
  [
    '{ name: "${{ steps.cut.file }}" }',
    'expression "steps.cut.file" is not supported by this version',
  ],
  [
    '{ name: "${{ env.UPLOADCARE_SECRET_KEY }}" }',
    "env.UPLOADCARE_SECRET_KEY has the name of a secret; a job can't contain secrets, because a run stores its job",
  ],
  ['{ name: "${{ env.constructor }}" }', 'environment variable constructor is not set'],
])('the expression in %s is refused', (where, problem) => {
  const env = { UPLOADCARE_SECRET_KEY: 'canary' };
  expect(problemsOf(jobWith({ where, more: 'vars: { name: x }' }), { env })).toEqual([
    `4:16: ${problem}`,
  ]);
});

test('a variable without a value must be given', () => {
  const text = jobWith({ where: '{ name: "${{ vars.name }}" }', more: 'vars: { name: }' });
  expect(problemsOf(text)).toEqual(['6:9: vars.name has no value; set it with --var']);
  expect(load(text, { vars: { name: 'a*' } }).where.name).toEqual(['a*']);
});

test('a value from the environment is in no message', () => {
  const text = jobWith({
    where: '{ size: { max: "${{ env.MAX }}", min: "${{ vars.max }}" } }',
    more: 'vars: { max: "${{ env.MAX }}" }',
  });
  const problems = problemsOf(text, { env: { MAX: 'canary' } });
  expect(problems).toHaveLength(2);
  expect(problems.join()).toContain('got a value from the environment');
  expect(problems.join()).not.toContain('canary');
});

test('names and operations take no expressions', () => {
  expect(problemsOf(CLEANUP.replace('cleanup', '"${{ env.X }}"'))).toEqual([
    "2:7: name can't have expressions",
  ]);
  expect(problemsOf(CLEANUP.replace('delete', '"${{ env.X }}"'))).toEqual([
    "9:11: steps[0].uses can't have expressions",
  ]);
});

test.each([
  ['', '1:1: the job file is empty'],
  ['# nothing', '1:1: the job file is empty'],
  ['- 1', '1:1: the job file: expected a block of keys, got a list'],
  ['a:\n\tb: 1', '2:1: a tab in the indentation; use spaces'],
  ['a: 1\n--- \nb: 1', '2:1: a second document: the job file has only one'],
  ['a: {b: ${{ vars.x }} }', '1:9: inside { } and [ ], put the expression in quotes: "${{ … }}"'],
  ['a: !!js/function x', '1:4: not YAML: unresolved tag: tag:yaml.org,2002:js/function'],
  ['? [a]\n: b', '1:3: a key that is not text; put it in quotes'],
  ['a\0b', '1:2: a null byte: this is not a text file'],
  ['x'.repeat(1_000_001), '1:1: the job file is larger than 1 MB'],
  ['['.repeat(500_000), '1:65: nested too deep'],
  ['- '.repeat(400_000), '1:65: nested too deep'],
  ['? '.repeat(400_000), '1:65: nested too deep'],
  [`a:\n${' '.repeat(201)}b: 1`, '2:1: indented by more than 200 spaces'],
])('a text that is no job file is refused: %#', (text, problem) => {
  expect(problemsOf(text)).toEqual([problem]);
});

test.each([
  [
    'version: 1\nsource:\n  files: {}\n steps: []\n',
    '4:2: wrong indentation: 1 space before "steps: []"; expected 0 or 2, like the lines above',
  ],
  [
    'steps:\n  - uses: tags\n\n    # a comment\n   with: {}\n',
    '5:4: wrong indentation: 3 spaces before "with: {}"; expected 0, 2 or 4, like the lines above',
  ],
  [
    'steps:\n  - uses: tags\n      with: {}\n',
    '3:7: wrong indentation: 6 spaces before "with: {}"; expected 0, 2 or 4, like the lines above',
  ],
  [
    'version: 1\n name: x\n',
    '2:2: wrong indentation: 1 space before "name: x"; expected 0, like the lines above',
  ],
])('a wrong indentation is named with what was expected: %#', (text, problem) => {
  expect(problemsOf(text)).toEqual([problem]);
});

test('a refused source causes no second problem at a step that depends on it', () => {
  const text = CLEANUP.replace('files: { stored: false }', 'urls: { path: "" }')
    .replace(/where:[\s\S]*steps/, 'steps')
    .replace('delete', 'import-url');
  expect(problemsOf(text)).toEqual([
    '4:17: source.urls.path: expected the path of a list, or - for standard input, got ""',
  ]);
});

test.each([
  ['semicolon', 'expected ";" (one of , ; | or tab), got "semicolon"'],
  ['Comma', 'expected "," (one of , ; | or tab), got "Comma"'],
  ['tabs', 'expected one of , ; | or tab, got "tabs"; did you mean "tab"?'],
  ['space', 'expected one of , ; | or tab, got "space"'],
])('a separator that is written as the word %s', (word, problem) => {
  const source = `list: { path: a.csv, separator: ${word} }`;
  const text = CLEANUP.replace('files: { stored: false }', source).replace(
    /where:[\s\S]*steps/,
    'steps',
  );
  expect(problemsOf(text)).toEqual([`4:35: source.list.separator: ${problem}`]);
});

test('a key that is written twice is told, at the second place', () => {
  expect(problemsOf(`${CLEANUP}name: y\n`)).toEqual(['10:1: key "name" is repeated']);
});

test('__proto__ is refused as a key, wherever it stands', () => {
  expect(problemsOf(`${CLEANUP}__proto__: { a: 1 }\n`)).toEqual([
    '10:1: key "__proto__" is not allowed',
  ]);
  expect(problemsOf(jobWith({ where: '{ metadata: { __proto__: x, a: b } }' }))).toEqual([
    '4:22: key "__proto__" is not allowed',
  ]);
});

test('an alias stands for what has its anchor', () => {
  const text = jobWith({ where: '{ any: [{ name: &names [a*, b*] }], unless: { mime: *names } }' });
  expect(load(text).where.unless).toEqual({ mime: ['a*', 'b*'] });
});

test('aliases that contain themselves, come first or multiply are refused', () => {
  expect(problemsOf(jobWith({ where: '&a { any: [*a] }' }))).toEqual([
    '4:19: *a is an alias in YAML, but no earlier value has the anchor &a; if it is a text, put it in quotes: "*a"',
  ]);
  expect(problemsOf(jobWith({ where: '{ name: *b }' }))).toEqual([
    '4:16: *b is an alias in YAML, but no earlier value has the anchor &b; if it is a text, put it in quotes: "*b"',
  ]);
  const levels = Array.from(
    { length: 12 },
    (_, level) => `&l${level + 1} [${`*l${level},`.repeat(9)}]`,
  );
  const bomb = `x: [&l0 [a], ${levels.join(', ')}]`;
  expect(problemsOf(`${CLEANUP}${bomb}\n`)).toEqual([
    expect.stringMatching(/more than 100 aliases$/),
  ]);
  expect(problemsOf(`${CLEANUP}${bomb.slice(0, bomb.indexOf('&l12'))}]\n`).join()).toContain(
    'unknown key "x"',
  );
});

test('many unfinished expressions take no time', () => {
  const started = performance.now();
  expect(problemsOf(`name: "${'${{'.repeat(300_000)}"`)).not.toEqual([]);
  expect(performance.now() - started).toBeLessThan(2000);
});

test('of very many problems the first fifty are told', () => {
  const unknown = Array.from({ length: 5000 }, (_, index) => `k${index}: 1`).join('\n');
  expect(problemsOf(unknown)).toHaveLength(51);
  expect(problemsOf('a: 1\n'.repeat(5000)).at(-1)).toMatch(/and \d+ more$/);
});

test('a key of a project is refused wherever it comes from', () => {
  const text = jobWith({
    where: '{ name: "${{ env.X }}", metadata: { a: 0123456789abcdef0123 } }',
  });
  expect(problemsOf(text, { env: { X: 'abcdef0123456789abcd' } })).toEqual([
    '4:16: where.name looks like a key of a project; put it into a variable of the environment',
  ]);
});

test('control characters of a file reach no message', () => {
  const text =
    '{"version": 1, "\\u001b[2Jx": 1, "name": "\\u001b[2J", "where": {"metadata": {"\\u001b[2J": "x"}}}';
  const problems = problemsOf(text).join('\n');
  expect(problems).toContain('where.metadata["');
  expect(problems).not.toContain(String.fromCharCode(27));
});

test('whatever the text, the answer is a job or a job file error', () => {
  const pieces = fc.constantFrom(
    '\n',
    ' ',
    '- ',
    ': ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '|',
    '&a ',
    '*a',
    '#',
    '${{ env.A }}',
    'name',
    'steps',
    'where',
    '!x',
    '<<',
    '?',
    '0x1',
    '\t',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      expect(problemsOf(parts.join(''), { env: { A: 'a' } })).not.toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ...['true', 'yes', 'on', '1', 'True', ' yes '].map((word) => [word, true]),
  ...['false', 'no', 'off', '0', 'FALSE'].map((word) => [word, false]),
] as [string, boolean][])('a variable gives a flag as %j', (word, stored) => {
  const text = jobWith({ where: '{ stored: "${{ env.STORED }}" }' });
  const job = loadJobFile(text, { file: 'j.yaml', env: { STORED: word }, vars: {} });
  expect(job.where).toEqual({ stored });
});

test('a flag that a variable gives as anything else is refused', () => {
  const text = jobWith({
    where: '{ stored: "${{ vars.stored }}" }',
    more: "vars: { stored: '2' }",
  });
  expect(problemsOf(text)).toEqual(['4:18: where.stored: expected true or false, got "2"']);
});

const LIMIT =
  'to limit the number of items, write limits: { items: 20 }, or use --limit 20; guard.maxItems stops a run that selects more';

test.each([
  ['{ files: { limit: 20 } }', '3:20', 'source.files'],
  ['{ files: { maxItems: 20 } }', '3:20', 'source.files'],
  ['{ search: { query: invoice, limit: 20 } }', '3:37', 'source.search'],
  ['{ groups: { limit: 20 } }', '3:21', 'source.groups'],
  ['{ list: { path: a.txt, limit: 20 } }', '3:32', 'source.list'],
  ['{ urls: { path: a.txt, limit: 20 } }', '3:32', 'source.urls'],
  ['{ folder: { path: a, limit: 20 } }', '3:30', 'source.folder'],
  ['{ run: { id: 20261121-205404-k3x9, limit: 20 } }', '3:44', 'source.run'],
  ['{ files: {}, limit: 20 }', '3:22', 'source'],
])('source: %s is refused: a limit of items is what was meant', (source, place, block) => {
  const key = /maxItems|limit/.exec(source)?.[0];
  const was = key === 'limit' && block === 'source.files';
  const words = was ? 'was the page size, which is now pageSize; ' : '';
  const text = `version: 1\nname: j\nsource: ${source}\nsteps: [{ uses: info }]\n`;
  expect(problemsOf(text)[0]).toBe(`${place}: unknown key "${key}" in ${block}: ${words}${LIMIT}`);
});

test('limits.maxItems is refused: limits.items or guard.maxItems was meant', () => {
  expect(problemsOf(jobWith({ more: 'limits: { maxItems: 20 }' }))).toEqual([
    `6:11: unknown key "maxItems" in limits: ${LIMIT}`,
  ]);
});

test.each([
  ['{}', 'where'],
  ['{ metadata: {} }', 'where.metadata'],
  ['{ tags: {} }', 'where.tags'],
  ['{ size: {} }', 'where.size'],
  ['{ uploaded: {} }', 'where.uploaded'],
  ['{ any: [{}] }', 'where.any[0]'],
  ['{ any: [{ tags: {} }] }', 'where.any[0].tags'],
  ['{ unless: {} }', 'where.unless'],
  ['{ unless: { metadata: {} } }', 'where.unless.metadata'],
])('an empty condition is an error: %s', (where, place) => {
  const [problem, ...more] = problemsOf(jobWith({ where }));
  expect(problem).toMatch(/^4:\d+: /);
  expect(problem).toContain(`${place} has no condition; add one`);
  expect(more).toEqual([]);
});

test.each([
  '{ tags: { any: [] } }',
  '{ tags: { none: [] } }',
  '{ tags: { none: [" "] } }',
  '{ name: [] }',
  '{ name: "" }',
  '{ metadata: { keep: "" } }',
])('a condition without a value is an error: %s', (where) => {
  expect(problemsOf(jobWith({ where }))).toHaveLength(1);
});

test.each(['phrase', 'exact', 'uploaded', 'size', 'tags'])(
  'a search with an empty %s is an error',
  (key) => {
    const text = `version: 1\nname: x\nsource: { search: { query: cats, ${key}: {} } }\nsteps: [{ uses: store }]\n`;
    expect(problemsOf(text)).toEqual([
      expect.stringContaining(`source.search.${key} has no condition; add one`),
    ]);
  },
);

test.each([
  ['name: "${{ vars.x }}*"', ''],
  ['name: "${{ vars.x }}"', '?*'],
  ['name: ["a*", "${{ vars.x }}"]', '**'],
  ['name: "{a,${{ vars.x }}}*"', ''],
  ['name: "${{ vars.x }}*.*"', ''],
  ['mime: "${{ vars.x }}/*"', '*'],
  ['metadata: { album: "${{ vars.x }}*" }', ''],
  ['any: [{ name: "${{ vars.x }}*" }]', ''],
  ['unless: { name: "${{ vars.x }}*" }', ''],
  ['uploaded: { olderThan: "${{ vars.x }}" }', '0s'],
  ['size: { min: "${{ vars.x }}" }', '0'],
  ['name: "${{ vars.x }}"', '[!é]*'],
  ['size: { max: "${{ vars.x }}" }', '99999GB'],
  ['uploaded: { after: "${{ vars.x }}" }', '1970-01-01'],
  ['uploaded: { before: "${{ vars.x }}" }', '9999-01-01'],
  ['unless: { name: "${{ vars.x }}" }', '{}'],
])(
  'a condition that holds for everything through a variable stops a delete: %s with "%s"',
  (condition, value) => {
    const steps = '[{ uses: delete }]';
    const text = jobWith({ where: `{ ${condition} }`, steps, more: `vars: { x: a }` });
    expect(problemsOf(text, { vars: { x: value } })).toEqual([
      expect.stringMatching(
        /^4:\d+: where\..* became .* through a variable and matches every file/,
      ),
    ]);
  },
);

test('a search that finds everything through a variable stops a delete', () => {
  const text = [
    'version: 1',
    'name: x',
    'vars: { x: a }',
    'source: { search: { size: { min: "${{ vars.x }}" } } }',
    'steps: [{ uses: delete }]',
  ].join('\n');
  expect(problemsOf(text, { vars: { x: '0' } })).toEqual([
    expect.stringContaining('source.search.size.min became `0` through a variable'),
  ]);
  expect(problemsOf(text, { vars: { x: '10MB' } })).toEqual([]);
});

test('a wide condition is taken at its word where the file says it, or where no harm is done', () => {
  const vars = { x: '' };
  const more = 'vars: { x: a }';
  const where = '{ name: "${{ vars.x }}*" }';
  expect(problemsOf(jobWith({ where: '{ name: "*" }', steps: '[{ uses: delete }]' }))).toEqual([]);
  expect(problemsOf(jobWith({ where, more }), { vars })).toEqual([]);
  expect(
    problemsOf(jobWith({ where, more, steps: '[{ uses: addon/remove_bg }]' }), { vars }),
  ).toHaveLength(1);
  const scan = 'uses: addon/uc_clamav_virus_scan, with: { purgeInfected: true }';
  expect(problemsOf(jobWith({ where, more, steps: `[{ ${scan} }]` }), { vars })).toHaveLength(1);
  expect(
    problemsOf(jobWith({ where, more, steps: '[{ uses: delete }]' }), { vars: { x: 'b' } }),
  ).toEqual([]);
});

test('files are looked at again after a day at the latest', () => {
  expect(problemsOf(jobWith({ more: 'recheckAfter: 25h' }))).toEqual([
    '6:15: recheckAfter is more than a day (1d)',
  ]);
  expect(load(jobWith({ more: 'recheckAfter: 24h' })).recheckAfter).toBe(86_400_000);
});
