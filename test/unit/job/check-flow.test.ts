// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are a job file's own expressions.
import { expect, test } from 'vitest';
import { JobFileError } from '../../../src/job/job-file-error.ts';
import { jobFingerprint } from '../../../src/job/job-fingerprint.ts';
import type { Job } from '../../../src/job/job-schema.ts';
import { loadJobFile } from '../../../src/job/load-job-file.ts';
import { OPERATION_NAMES } from '../../../src/job/step-schemas.ts';

const UUID = '5223010b-aaaa-4bbb-8ccc-000000000001';
const KEYS =
  '{ publicKey: "${{ env.TARGET_PUBLIC_KEY }}", secretKey: "${{ env.TARGET_SECRET_KEY }}" }';
const PROJECTS = `projects: { target: ${KEYS} }`;

const SOURCES = {
  files: 'files: {}',
  search: 'search: { tags: { any: [a] } }',
  list: 'list: { path: ids.txt }',
  inline: `inline: [${UUID}]`,
  'files of groups': 'groups: {}',
  groups: 'groups: { take: groups }',
  urls: 'urls: { path: urls.txt }',
  folder: 'folder: { path: . }',
} as const;
const FILES = ['files', 'search', 'list', 'inline', 'files of groups'] as const;
const TAKEN: Readonly<Record<string, readonly (keyof typeof SOURCES)[]>> = {
  'import-url': ['urls'],
  upload: ['folder'],
  'delete-group': ['groups'],
  'copy-to-bucket': [...FILES, 'groups'],
};
const OPTIONS: Readonly<Record<string, string>> = {
  'copy-to-remote': '{ target: backup }',
  'copy-to-bucket': '{ url: s3://attic/ }',
  metadata: '{ set: { a: b } }',
  tags: '{ add: [a] }',
};

function jobText(parts: { source: string; steps: string; projects?: string }): string {
  const { source, steps, projects = 'description: none' } = parts;
  return `version: 1\nname: x\n${projects}\nsource: { ${source} }\nsteps: [${steps}]\n`;
}

function load(text: string): Job {
  return loadJobFile(text, { file: 'x', env: {}, vars: {} });
}

function problemsOf(text: string): string[] {
  try {
    load(text);
    return [];
  } catch (error) {
    if (!(error instanceof JobFileError)) throw error;
    return error.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
  }
}

test.each(OPERATION_NAMES)(
  '%s goes with the sources whose items it can take, no others',
  (uses) => {
    const steps = `{ uses: ${uses}${OPTIONS[uses] === undefined ? '' : `, with: ${OPTIONS[uses]}`} }`;
    for (const [name, source] of Object.entries(SOURCES)) {
      const problems = problemsOf(jobText({ source, steps }));
      if ((TAKEN[uses] ?? FILES).some((taken) => taken === name)) expect(problems).toEqual([]);
      else
        expect(problems.join()).toMatch(new RegExp(`^5:17: steps\\[0\\]\\.uses is ${uses}, which`));
    }
  },
);

test.each([
  [SOURCES.urls, '{ uses: store }', 'make files from them in an earlier step'],
  [
    SOURCES.urls,
    '{ id: get, uses: import-url }, { uses: tags, with: { add: [a] } }',
    'with: { file: "${{ steps.get.file }}" }',
  ],
  [
    SOURCES.folder,
    '{ uses: import-url }',
    'takes URLs (source urls, or the files of another project), but the source has local files',
  ],
  [SOURCES.groups, '{ uses: store }', 'take their files with groups: { take: files }'],
  [SOURCES.files, '{ uses: import-url }', 'use copy-local'],
])('of %s with %s it says what to do', (source, steps, advice) => {
  expect(problemsOf(jobText({ source, steps })).join()).toContain(advice);
});

test('an item of an earlier run may be anything: only the run tells', () => {
  for (const uses of ['store', 'import-url', 'upload', 'delete-group']) {
    expect(problemsOf(jobText({ source: 'run: { id: a-1 }', steps: `{ uses: ${uses} }` }))).toEqual(
      [],
    );
  }
});

test('files of one project are imported into another, and worked on there', () => {
  const steps = `{ id: copy, uses: import-url, project: target },
  { uses: tags, project: target, with: { add: [a], file: "\${{ steps.copy.file }}" } }`;
  expect(problemsOf(jobText({ source: SOURCES.files, steps, projects: PROJECTS }))).toEqual([]);
});

test.each([
  [
    SOURCES.files,
    '{ uses: delete, project: target }',
    '5:34: steps[0].project is project target, but the file is from the source, in the default project: leave `project` out here',
  ],
  [
    `project: target, ${SOURCES.files}`,
    '{ uses: delete }',
    '5:17: steps[0].uses is the default project, but the file is from the source, in project target: write `project: target` here',
  ],
  [
    SOURCES.files,
    '{ id: copy, uses: import-url, project: target }, { uses: store, with: { file: "${{ steps.copy.file }}" } }',
    '5:66: steps[1].uses is the default project, but the file is from the step copy, in project target: write `project: target` here',
  ],
  [
    SOURCES.list,
    '{ uses: import-url, project: target }',
    '5:17: steps[0].uses is import-url, which needs the facts of a listing (URL, name, metadata); list has none: use files, search, groups or inventory',
  ],
  [
    `project: target, ${SOURCES.urls}`,
    '{ uses: import-url, project: target }',
    '4:20: source.project has no effect: the items of urls are in no project. Name the project at the step',
  ],
  [
    SOURCES.files,
    '{ uses: store }',
    '3:21: projects.target is used by neither the source nor a step: add `project: target` to one of them, or remove it',
  ],
  [
    SOURCES.files,
    '{ uses: store, project: tagret }',
    '5:33: steps[0].project is not a project of the job: "tagret"; the file has target',
  ],
])('with source %s, steps %s are refused at their place', (source, steps, problem) => {
  expect(problemsOf(jobText({ source, steps, projects: PROJECTS }))).toContain(problem);
});

const COPY = { source: SOURCES.files, steps: '{ uses: import-url, project: target }' };

test.each([
  'literal-secret-of-a-project',
  'e6ccad1dd1e5e5b3f4c2',
  '${{ vars.secret }}',
  '1234567890',
])('a secret written into the file is refused, and not repeated: %s', (secret) => {
  const projects = `projects: { target: { publicKey: targetkey, secretKey: ${secret.startsWith('$') ? `"${secret}"` : secret} } }`;
  const problems = problemsOf(jobText({ ...COPY, projects }));
  expect(problems).toHaveLength(1);
  expect(problems.join()).toMatch(
    /^3:56: projects\.target\.secretKey.*\$\{\{ env\.TARGET_SECRET_KEY \}\}/,
  );
  expect(problems.join()).not.toContain(secret);
});

test('a variable that is not known as a secret by its name is refused', () => {
  const projects = 'projects: { target: { publicKey: k, secretKey: "${{ env.TARGET_KEY }}" } }';
  expect(problemsOf(jobText({ ...COPY, projects })).join()).toContain(
    'names the variable TARGET_KEY: use a variable with SECRET_KEY in its name',
  );
});

test('a job keeps where its keys come from, never the secret', () => {
  const job = loadJobFile(jobText({ ...COPY, projects: PROJECTS }), {
    file: 'x',
    env: { TARGET_PUBLIC_KEY: 'pub', TARGET_SECRET_KEY: 'very-secret' },
    vars: {},
  });
  expect(job.projects).toEqual({
    target: { publicKey: { env: 'TARGET_PUBLIC_KEY' }, secretKey: { env: 'TARGET_SECRET_KEY' } },
  });
});

test('the fingerprint covers the public keys and which step is where, not the names of variables', () => {
  const job = load(jobText({ ...COPY, projects: PROJECTS }));
  const withKey = (key: string, env = 'A_SECRET_KEY') => ({
    ...job,
    projects: { target: { publicKey: { key }, secretKey: { env } } },
  });
  const first = jobFingerprint(withKey('one'));
  expect(jobFingerprint(withKey('one', 'B_SECRET_KEY'))).toBe(first);
  expect(jobFingerprint(withKey('two'))).not.toBe(first);
  const moved = { ...withKey('one'), source: { ...job.source, project: 'target' } };
  expect(jobFingerprint(moved)).not.toBe(first);
});
