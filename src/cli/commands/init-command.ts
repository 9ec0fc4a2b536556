import { basename, resolve } from 'node:path';
import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { UserError } from '../../core/user-error.ts';
import { plainText } from '../../progress/terminal-text.ts';
import { toolVersion } from '../../run/tool-version.ts';
import { askAnswer } from '../ask-line.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { shellWord } from '../command-advice.ts';
import type { ExitCode } from '../exit-code.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import {
  fillTemplate,
  findTemplate,
  type JobTemplate,
  readTemplates,
} from '../init/job-templates.ts';
import { SCHEDULES, type ScheduleKind } from '../init/schedules.ts';
import { assignments, text } from '../option-values.ts';
import { readJob, readJobText } from '../read-job.ts';
import { textTable } from '../text-table.ts';

const schedule = (what: string) =>
  ({
    type: 'boolean',
    default: false,
    describe: `Print ${what} that runs the job file each day`,
  }) as const;

const INIT_OPTIONS = {
  output: {
    alias: 'o',
    requiresArg: true,
    coerce: text('output'),
    describe: 'Job file to write; NAME.yaml if absent',
  },
  set: {
    type: 'string',
    array: true,
    requiresArg: true,
    coerce: assignments('set'),
    describe: "Value of one of the job's variables: name=value; may be repeated",
  },
  'project-key': {
    requiresArg: true,
    coerce: text('project-key'),
    describe: 'Public key of the only project with which the job may run',
  },
  cron: schedule('lines for crontab'),
  systemd: schedule('a service and a timer of systemd'),
  'github-actions': schedule('a workflow of GitHub Actions'),
  k8s: schedule('a CronJob of Kubernetes'),
  at: {
    requiresArg: true,
    coerce: timeOfDay,
    describe: 'Time of day for a schedule; 22:15 if absent',
  },
} as const;

const OPTIONS = { ...GLOBAL_OPTIONS, ...INIT_OPTIONS } as const;
type Flags = InferredOptionTypes<typeof OPTIONS> & { job: string | undefined };
type Given = ArgumentsCamelCase<Flags>;

/** `init JOB`: writes a commented job file. `init --cron FILE`: prints a schedule for a job file. */
export function initCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('job', {
          type: 'string',
          describe:
            'Name of the job to write, such as nightly-unstored-cleanup; with a schedule, the job file',
        })
        .options(host.flags(OPTIONS))
        .epilogue(
          helpExamples([
            ['$0 init', 'Asks what to do'],
            ['$0 init nightly-unstored-cleanup -o cleanup.yaml', 'Write a job file'],
            ['$0 init --systemd cleanup.yaml --at 03:30', 'A timer for it'],
          ]),
        ),
    handler: (flags) => host.invoke(flags, (invocation) => init(invocation, flags)),
  };
}

async function init(invocation: Invocation, flags: Given): Promise<ExitCode> {
  const kinds = (Object.keys(SCHEDULES) as ScheduleKind[]).filter((kind) => flags[kind]);
  const [kind, second] = kinds;
  if (second !== undefined) throw refused('Choose one schedule.');
  return kind === undefined ? writeJob(invocation, flags) : printSchedule(kind, invocation, flags);
}

async function writeJob(invocation: Invocation, flags: Given): Promise<ExitCode> {
  const { output, surroundings } = invocation;
  const { cwd, world } = surroundings;
  const templates = readTemplates();
  const template = await chooseTemplate(invocation, flags, templates);
  if (template === null) return 0;
  const values = await readValues(template, invocation, flags);
  const name = flags.output ?? `${template.name}.yaml`;
  const path = resolve(cwd, name);
  if (await world.files.exists(path))
    throw refused(`${plainText(name)} exists. Name another file with -o.`);
  const filled = fillTemplate(template, {
    values,
    publicKey: flags.projectKey ?? null,
    file: shellWord(name),
  });
  if (!filled.includes('${{ env.')) await readJobText(invocation, filled, { name, folder: cwd });
  await world.files.writeText(path, filled);
  const shown = plainText(shellWord(name));
  output.result({ type: 'job-file', file: name, template: template.name }, () =>
    output.fit(
      `Wrote ${shown}. Read it, then:\n  ucbulk plan ${shown}   # what it would do; changes nothing\n  ucbulk run ${shown}    # does it; asks before it deletes or pays\n  ucbulk init --cron ${shown}   # or --systemd, --github-actions, --k8s: each day`,
    ),
  );
  return 0;
}

/** Finds the named template, or asks for one. Without a terminal, lists the templates and returns null. */
async function chooseTemplate(
  { surroundings, output }: Invocation,
  { job, quiet }: Given,
  templates: readonly JobTemplate[],
): Promise<JobTemplate | null> {
  if (job !== undefined) return findTemplate(job, templates);
  const rows = templates.map(({ name, description }, index) => [`${index + 1}`, name, description]);
  const { ask } = surroundings;
  if (ask === null || quiet) {
    output.result(
      {
        type: 'job-templates',
        templates: templates.map(({ name, description }) => ({ name, description })),
      },
      () =>
        `${textTable(rows.map(([, ...cells]) => cells))}\n\nWrite one of them: ucbulk init NAME`,
    );
    return null;
  }
  const reply = await askAnswer(ask, {
    output,
    question: `${textTable(rows)}\nWhich job? Type its number or name:`,
    again: 'Type the number or the name of a job:',
    read: (line) =>
      templates[Number(line) - 1] ?? templates.find(({ name }) => name === line) ?? null,
    signal: new AbortController().signal,
  });
  if (reply.kind === 'answer') return reply.answer;
  throw refused('No job was chosen.');
}

/** Reads the values of the variables from the flags, and asks for the others if there is a terminal. */
async function readValues(
  { variables, comments }: JobTemplate,
  { surroundings, output }: Invocation,
  { set = {}, quiet, job }: Given,
): Promise<ReadonlyMap<string, string>> {
  const known = variables.map(([name]) => name);
  const unknown = Object.keys(set).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw refused(`The job has no variable ${unknown}; it has ${known.join(', ') || 'none'}.`);
  }
  const values = new Map(Object.entries(set));
  const { ask } = surroundings;
  // A job that is named on the command line is complete with its defaults.
  if (ask === null || quiet || job !== undefined) return values;
  for (const [name, value] of variables.filter(([name]) => !values.has(name))) {
    const reply = await askAnswer(ask, {
      output,
      question: `${comments.get(name) ?? ''}\n${name} (Enter for ${value === '' ? 'nothing' : value}):`,
      again: `${name}:`,
      read: (line) => (line === '' ? value : line),
      signal: new AbortController().signal,
    });
    if (reply.kind !== 'answer') throw refused('The questions were not answered.');
    values.set(name, reply.answer);
  }
  return values;
}

async function printSchedule(
  kind: ScheduleKind,
  invocation: Invocation,
  { job, at = { hour: 22, minute: 15 } }: Given,
): Promise<ExitCode> {
  const { output, surroundings } = invocation;
  if (job === undefined) throw refused(`Name the job file: ucbulk init --${kind} JOB.yaml.`);
  const { name } = await readJob(invocation, job);
  const text = SCHEDULES[kind]({
    name,
    file: kind === 'k8s' ? basename(job) : job,
    folder: surroundings.cwd,
    ...at,
    version: toolVersion(),
    programFolders: surroundings.programFolders ?? [],
  });
  output.result({ type: 'schedule', kind, text }, () => text.trimEnd());
  return 0;
}

function timeOfDay(value: unknown): { hour: number; minute: number } {
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(String(value).trim()) ?? [];
  if (hour !== undefined) return { hour: Number(hour), minute: Number(minute) };
  throw new Error(`--at takes a time such as 22:15, got \`${String(value)}\``);
}

function refused(message: string): UserError {
  return new UserError('usage', `${message} Nothing was written.`);
}
