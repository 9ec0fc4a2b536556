import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateWorkflow } from '@action-validator/core';
import { CronJob } from 'kubernetes-models/batch/v1/CronJob';
import { PersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import { expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { SCHEDULES, type ScheduledJob } from '../../../../src/cli/init/schedules.ts';
import { TEMP_ROOT } from '../../../support/temp-root.ts';

const PLAIN: ScheduledJob = {
  name: 'nightly-cleanup',
  file: 'cleanup.yaml',
  folder: '/srv/jobs',
  hour: 3,
  minute: 5,
  version: '1.2.3',
  programFolders: ['/opt/node/bin', '/usr/bin'],
};
const ODD: ScheduledJob = {
  ...PLAIN,
  name: "It's 100% my job",
  file: `a b's "100%" $X.yaml`,
  folder: "/srv/my jobs' 50%",
};
const JOBS = [PLAIN, ODD];

test.each(JOBS)(
  'cron: the line is a command of the shell that runs the job file ($name)',
  (job) => {
    const line =
      SCHEDULES.cron(job)
        .split('\n')
        .find((one) => /^\d/.test(one)) ?? '';
    const [, fields, command = ''] = /^((?:\S+ ){5}) ?(.*)$/.exec(line) ?? [];
    expect(fields?.trim()).toBe('5 3 * * *');
    // cron replaces an unescaped % by a line end.
    expect(command.replaceAll('\\%', '')).not.toContain('%');
    const echo = command
      .replaceAll('\\%', '%')
      .replace(/^cd /, 'printf "%s\\n" ')
      .replace('&& ucbulk', '&& printf "%s\\n"');
    const printed = execFileSync('sh', ['-c', echo], { encoding: 'utf8' });
    expect(printed.split('\n')).toEqual([
      job.folder,
      'run',
      job.file,
      '--continue',
      '--yes',
      '--quiet',
      '',
    ]);
  },
);

test('cron and systemd find the ucbulk and the node of this machine first', () => {
  const path = 'PATH=/opt/node/bin:/usr/bin:/usr/local/bin:/bin';
  expect(SCHEDULES.cron(PLAIN).split('\n')).toContain(path);
  expect(SCHEDULES.systemd(PLAIN)).toContain(path);
});

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
if (!hasSystemd) process.stderr.write('systemd-analyze is not installed: units are not verified\n');

test.skipIf(!hasSystemd).each(JOBS)('systemd: systemd-analyze accepts the units ($name)', (job) => {
  const folder = mkdtempSync(join(TEMP_ROOT, 'ucbulk-units-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const parts = SCHEDULES.systemd(job)
    .split(/^# \/etc\/systemd\/system\/(.*)$/m)
    .slice(1);
  const paths = [0, 2].map((at) => join(folder, parts[at] ?? ''));
  for (const [index, path] of paths.entries()) writeFileSync(path, parts[index * 2 + 1] ?? '');
  const { stderr } = spawnSync('systemd-analyze', ['verify', ...paths], { encoding: 'utf8' });
  // Other units of the machine may have faults of their own.
  expect(stderr.split('\n').filter((line) => line.includes(folder))).toEqual([]);
});

test('systemd: a budget that is spent is a success, and only an absent service is tried again', () => {
  const unit = SCHEDULES.systemd(PLAIN);
  expect(unit).toContain('SuccessExitStatus=8 10 12 130 143\n');
  expect(unit).toContain('RestartPreventExitStatus=1 2 3 7 11 70\n');
  expect(unit).toContain('OnCalendar=*-*-* 03:05:00\n');
});

test.each(JOBS)('GitHub Actions: the workflow is valid ($name)', (job) => {
  expect(validateWorkflow(SCHEDULES['github-actions'](job)).errors).toEqual([]);
});

test.each([
  [0, 0],
  [8, 0],
  [10, 0],
  [5, 0],
  [1, 1],
  [7, 7],
])('GitHub Actions: exit %i of the run is exit %i of the step', (code, expected) => {
  const workflow = parseAllDocuments(SCHEDULES['github-actions'](PLAIN))[0]?.toJS();
  const script: string = workflow.jobs.ucbulk.steps.at(-1).run;
  const faked = script
    .replace(/npx .*? \|\|/, `sh -c 'exit ${code}' ||`)
    .replace('mkdir -p state', ':');
  expect(spawnSync('bash', ['-e', '-c', faked]).status).toBe(expected);
});

test.each(JOBS)('Kubernetes: the objects are valid ($name)', (job) => {
  const [claim, cronJob] = parseAllDocuments(SCHEDULES.k8s(job)).map((document) => document.toJS());
  expect(() => new PersistentVolumeClaim(claim).validate()).not.toThrow();
  expect(() => new CronJob(cronJob).validate()).not.toThrow();
  const { spec } = cronJob.spec.jobTemplate;
  expect(spec.podFailurePolicy.rules[0].onExitCodes.values).toEqual([1, 2, 3, 7, 11, 70]);
  const [script] = spec.template.spec.containers[0].args;
  const words = script.replace(/npx --yes ucbulk@1\.2\.3/, 'printf "%s\\n"');
  const { stdout } = spawnSync('sh', ['-c', words], { encoding: 'utf8' });
  expect(stdout.split('\n').slice(0, 2)).toEqual(['run', `/jobs/${job.file}`]);
});
