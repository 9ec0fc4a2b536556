// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
import { expect, test } from 'vitest';
import { JobFileError, type JobFileProblem } from '../../../src/job/job-file-error.ts';
import { loadJobFile } from '../../../src/job/load-job-file.ts';

const NOW = Date.parse('2026-11-29T12:00:00Z');

/** Loads a job. Returns the lines of its problems, or those of its warnings. */
function linesOf(text: string): string[] {
  const warnings: JobFileProblem[] = [];
  const onWarning = (warning: JobFileProblem) => warnings.push(warning);
  try {
    loadJobFile(text, { file: 'x', env: {}, vars: {}, now: NOW, onWarning });
  } catch (error) {
    if (!(error instanceof JobFileError)) throw error;
    return error.message.split('\n').map((line) => line.replace('x:', ''));
  }
  return warnings.map(({ line, column, message }) => `warning ${line}:${column}: ${message}`);
}

function jobWith({
  source = '{ files: {} }',
  where = '{ stored: true }',
  steps = '[{ uses: store }]',
}): string {
  return `version: 1\nname: x\nsource: ${source}\nwhere: ${where}\nsteps: ${steps}\n`;
}

test.each([
  [
    '[delete]',
    '5:9: steps[0]: expected a step such as { uses: store }, got "delete"; write `- uses: delete`',
  ],
  [
    '[remove_bg]',
    '5:9: steps[0]: expected a step such as { uses: store }, got "remove_bg"; write `- uses: addon/remove_bg`',
  ],
  ['[5]', '5:9: steps[0]: expected a step such as { uses: store }, got 5'],
  ['delete', '5:8: steps: expected a list of steps, got "delete"; write `- uses: delete`'],
  [
    '{ uses: delete }',
    '5:8: steps: expected a list of steps, got a block of keys; write it as a list: put `- ` before `uses`',
  ],
  ['[{ use: delete }]', '5:11: unknown key "use" in steps[0]; did you mean "uses"?'],
  ['[{ operation: delete }]', '5:11: unknown key "operation" in steps[0]; did you mean "uses"?'],
])('a step in another form gets the right form: %s', (steps, problem) => {
  expect(linesOf(jobWith({ steps }))).toEqual([problem]);
});

test.each([
  ['files', '3:9: source: expected a block of keys, got "files"; write `source: { files: {} }`'],
  [
    '{ list: ids.txt }',
    '3:17: source.list: expected a block of keys, got "ids.txt"; write `list: { path: ids.txt }`',
  ],
  [
    '{ run: latest }',
    '3:16: source.run: expected a block of keys, got "latest"; write `run: { id: latest }`',
  ],
  ['{ files: {}, list: {} }', '3:9: source has more than one source: choose files or list'],
  [
    '{ files: {}, list: { path: a }, search: {} }',
    '3:9: source has more than one source: choose files, list or search',
  ],
])('a source in another form gets the right form: %s', (source, problem) => {
  const text = jobWith({ source }).replace('where: { stored: true }\n', '');
  expect(linesOf(text)).toEqual([problem]);
});

test.each([
  [
    '*.jpg',
    '5:9: *.jpg is an alias in YAML, but no earlier value has the anchor &.jpg; if it is a text, put it in quotes: "*.jpg"',
  ],
  ['*', '5:9: put this text in quotes: "*"'],
  ['!x.jpg', '5:9: put this text in quotes: "!x.jpg"'],
  ['@x', '5:9: put this text in quotes: "@x"'],
  ['%x', '5:9: put this text in quotes: "%x"'],
  ['[a-z]*.jpg', '5:9: put this text in quotes: "[a-z]*.jpg"'],
  ['{a,b}.jpg', '5:9: put this text in quotes: "{a,b}.jpg"'],
  ["it's: x", '5:9: put this text in quotes: "it\'s: x"'],
  ['@"x"', `5:9: put this text in quotes: '@"x"'`],
  [
    '"^IMG_.*\\.jpg$"',
    "5:9: in double quotes, \\ begins a special character; use single quotes: '^IMG_.*\\.jpg$'",
  ],
])('a text that YAML reads in another way needs quotes: %s', (name, problem) => {
  const text = jobWith({ where: `\n  name: ${name}` });
  expect(linesOf(text)).toEqual([problem]);
});

test('each text of a list that needs quotes is named, and the list is not', () => {
  expect(linesOf(jobWith({ where: '{ name: [*.jpg, *.png] }' }))).toEqual([
    expect.stringMatching(/^4:17: \*\.jpg is an alias/),
    expect.stringMatching(/^4:24: \*\.png is an alias/),
  ]);
});

test.each([
  [
    'file.size > 10MB',
    'has the size 10MB; sizes in expressions are numbers of bytes: write 10000000',
  ],
  [
    'file.size > 1.5 GiB',
    'has the size 1.5 GiB; sizes in expressions are numbers of bytes: write 1610612736',
  ],
  [
    'file.uploadedAt < 30d',
    'has the duration 30d, which expressions do not know; select by age with `where: { uploaded: { olderThan: 30d } }`',
  ],
  ['file.size = 3', 'has a single =; write == to compare'],
  ['file.isImage & file.isReady', 'has a single & or |; write && or ||'],
  ['file.isImage AND file.isReady', 'has the word AND; write && instead'],
  ['not file.isImage', 'has the word not; write ! instead'],
  [
    'mime == "x"',
    'reads mime, which does not exist; known: file, item, steps, vars; did you mean file.mimeType?',
  ],
  [
    'fil.size > 1',
    'reads fil, which does not exist; known: file, item, steps, vars; did you mean file?',
  ],
])('a common mistake in a condition is explained: %s', (condition, problem) => {
  expect(linesOf(jobWith({ steps: `[{ uses: store, if: '${condition}' }]` }))).toEqual([
    `5:28: steps[0].if ${problem}`,
  ]);
});

test.each([
  ['file.name == "x"', 'file.filename'],
  ['file.original_filename == "x"', 'file.filename'],
  ['file.datetime_stored != null', 'file.storedAt'],
])('a field with its name in the REST API gets its name here: %s', (condition, field) => {
  const [problem] = linesOf(jobWith({ steps: `[{ uses: store, if: '${condition}' }]` }));
  expect(problem).toContain(`did you mean ${field}?`);
});

test('words and units inside of texts are no mistakes', () => {
  const condition = 'file.tags.exists(t, t == "and 10MB = 3d") || file.filename == "a & b"';
  expect(linesOf(jobWith({ steps: `[{ uses: store, if: '${condition}' }]` }))).toEqual([]);
});

test('problems of all kinds are reported at once', () => {
  const text = `nam: x
source: { files: { stored: maybe } }
where: { sizee: 3 }
limits: { finishBy: "2020-01-01T00:00Z", rat: 5 }
vars: { name: "" }
steps:
  - use: copy-local
    if: file.size > 10MB
  - uses: copy-local
    id: c
    if: vars.nothing == "x"
  - id: c
    uses: store
`;
  expect(linesOf(text)).toEqual([
    '1:1: missing key "version"; expected 1',
    '1:1: missing key "name"; expected a name such as nightly-cleanup',
    '1:1: unknown key "nam"; did you mean "name"?',
    '2:28: source.files.stored: expected true or false, got "maybe"',
    '3:10: unknown key "sizee" in where; did you mean "size"?',
    '4:21: limits.finishBy is 2020-01-01 00:00 (UTC), 2524d 12h ago; write a later time',
    '4:42: unknown key "rat" in limits; did you mean "rate"?',
    '7:5: unknown key "use" in steps[0]; did you mean "uses"?',
    '8:9: steps[0].if has the size 10MB; sizes in expressions are numbers of bytes: write 10000000',
    '11:9: steps[1].if reads an unknown variable: "nothing"; the file has name',
    '12:9: steps[2].id is already the id of another step: "c"',
  ]);
});

test('faults between parts of a job are reported together with faults inside of them', () => {
  const text = `version: 1
name: x
descriptio: y
source: { folder: { path: . } }
limits: { finishBy: "2020-01-01T00:00Z", paid: { remove_bg: 5 } }
steps:
  - uses: upload
    if: vars.nothing == "x"
`;
  expect(linesOf(text)).toEqual([
    '3:1: unknown key "descriptio"; did you mean "description"?',
    expect.stringMatching(/^5:21: limits.finishBy is 2020/),
    '5:61: limits.paid.remove_bg limits no step of the job; remove it',
    '8:9: steps[0].if reads an unknown variable: "nothing"; the file has none',
  ]);
});

test('the removal of a fault causes no further problem', () => {
  const text = `version: 1
name: x
source: { urls: { path: "" } }
limits: { paid: { remove_bg: 5 } }
steps:
  - uses: import-url
    id: new
    wit: {}
  - uses: addon/remov_bg
    with: { file: "\${{ steps.new.file }}" }
`;
  expect(linesOf(text)).toEqual([
    '3:25: source.urls.path: expected the path of a list, or - for standard input, got ""',
    '8:5: unknown key "wit" in steps[0]; did you mean "with"?',
    '9:11: unknown operation "addon/remov_bg"; did you mean "addon/remove_bg"?',
  ]);
});

test.each([
  ['{ mime: jpg }', '4:16: where.mime is "jpg", which matches no MIME type'],
  [
    '{ any: [{ mime: [image/png, pdf] }] }',
    '4:36: where.any[0].mime[1] is "pdf", which matches no MIME type',
  ],
  [
    "{ name: '^IMG_.*\\.jpg$' }",
    '4:16: where.name is "^IMG_.*\\\\.jpg$", which looks like a regular expression',
  ],
  [
    "{ name: '(a|b).jpg' }",
    '4:16: where.name is "(a|b).jpg", which looks like a regular expression',
  ],
  [
    '{ metadata: { sku: "^A" } }',
    '4:27: where.metadata.sku is "^A", which looks like a regular expression',
  ],
])('a condition that can match nothing is warned of: %s', (where, warning) => {
  expect(linesOf(jobWith({ where }))).toEqual([expect.stringContaining(`warning ${warning}`)]);
});

test.each([
  '{ name: "photo.*" }',
  '{ name: "a (1).jpg" }',
  '{ name: "50% off $5.jpg" }',
  '{ mime: application/vnd.oasis.opendocument.* }',
  '{ mime: "*" }',
])('a condition without a doubt is not warned of: %s', (where) => {
  expect(linesOf(jobWith({ where }))).toEqual([]);
});

test.each([
  [
    'target: "$BUCKET"',
    'steps[0].with.target has $BUCKET, which ucbulk uses as it is written: for a variable of the environment, write ${{ env.BUCKET }}',
  ],
  [
    'target: "${BUCKET}"',
    'steps[0].with.target has ${BUCKET}, which ucbulk uses as it is written: for a variable of the environment, write ${{ env.BUCKET }}',
  ],
  [
    'target: b, pattern: "$UUID/${uuid}"',
    'steps[0].with.pattern has $UUID, which is no placeholder and becomes part of the name: write ${uuid}',
  ],
  [
    'target: b, pattern: "${name}/${uuid}"',
    'steps[0].with.pattern has ${name}, which is no placeholder and becomes part of the name: write ${default}, ${uuid}, ${filename}, ${ext}, ${auto_filename}',
  ],
])('a variable of a shell is warned of: %s', (options, warning) => {
  const [line] = linesOf(jobWith({ steps: `[{ uses: copy-to-remote, with: { ${options} } }]` }));
  expect(line).toContain(warning);
});

test('a path with ~ is warned of', () => {
  const text = jobWith({ source: '{ list: { path: ~/ids.txt } }', where: '{ sample: 1% }' });
  expect(linesOf(text)).toEqual([
    'warning 3:25: source.list.path begins with ~, which ucbulk does not replace: write ${{ env.HOME }}',
  ]);
});

test('a value of the environment is never in a warning', () => {
  const warnings: JobFileProblem[] = [];
  const text = jobWith({ where: '{ mime: "${{ env.TYPE }}" }' });
  const onWarning = (warning: JobFileProblem) => warnings.push(warning);
  loadJobFile(text, { file: 'x', env: { TYPE: 'secret' }, vars: {}, onWarning });
  expect(warnings).toEqual([]);
});
