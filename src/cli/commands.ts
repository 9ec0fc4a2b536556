import type { CommandHost } from './command.ts';
import type { AddAll } from './read-commands.ts';

/** The part of a command that the help of the program shows, and a function that loads the rest. */
export interface Command {
  /** The arguments as yargs expects them, such as `<run> [item..]`; absent if there are none. */
  readonly arguments?: string;
  readonly describe: string;
  /** Imports the module of the command. */
  load(host: CommandHost, addAll: AddAll): Promise<LoadedCommand>;
}

/** The options and the work of a command, as its own `CommandParts` types them. */
interface LoadedCommand {
  readonly builder?: unknown;
  readonly handler: unknown;
}

/** Returns a function that loads the one-liners of a noun, such as `file`. */
function oneLiners(noun: string): Command['load'] {
  return async (host) => {
    const { oneLinerCommand } = await import('./commands/one-liner-commands.ts');
    return oneLinerCommand(noun, host);
  };
}

/** Every command by its name, in the order of the help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  plan: {
    arguments: '<job>',
    describe: 'Count what a run of a job file would do; change nothing',
    load: async (host) => (await import('./commands/plan-command.ts')).planCommand(host),
  },
  run: {
    arguments: '<job>',
    describe: 'Start a new run of a job file',
    load: async (host) => (await import('./commands/run-command.ts')).runCommand(host),
  },
  apply: {
    arguments: '<file>',
    describe: 'Do exactly what a plan file contains',
    load: async (host) => (await import('./commands/apply-command.ts')).applyCommand(host),
  },
  approve: {
    arguments: '<file>',
    describe: 'Approve a plan file with your key, so that another person can apply it',
    load: async (host) => (await import('./commands/approve-command.ts')).approveCommand(host),
  },
  show: {
    arguments: '<file>',
    describe: 'Show a plan file, and check that nobody changed it; needs no keys',
    load: async (host) => (await import('./commands/show-command.ts')).showCommand(host),
  },
  resume: {
    arguments: '[run]',
    describe: 'Resume a run that was stopped, or died',
    load: async (host) => (await import('./commands/resume-command.ts')).resumeCommand(host),
  },
  retry: {
    arguments: '<run>',
    describe: 'Give the failed items of a run a new attempt, and continue the run',
    load: async (host) => (await import('./commands/retry-command.ts')).retryCommand(host),
  },
  undo: {
    arguments: '<run>',
    describe: 'Delete the files that a run made; asks first',
    load: async (host) => (await import('./commands/undo-command.ts')).undoCommand(host),
  },
  restore: {
    arguments: '<run>',
    describe: 'Import the files that a run deleted, from their backup in a bucket',
    load: async (host) => (await import('./commands/restore-command.ts')).restoreCommand(host),
  },
  status: {
    arguments: '[run]',
    describe: 'Show the state of a run: while it runs, after it ended, after it died',
    load: async (host) => (await import('./commands/status-command.ts')).statusCommand(host),
  },
  serve: {
    describe: 'Show all runs in a browser, while they work and afterwards',
    load: async (host) => (await import('./commands/serve-command.ts')).serveCommand(host),
  },
  pause: {
    arguments: '<run>',
    describe: 'Pause a run that works in another shell: it sends nothing until `continue`',
    load: async (host) =>
      (await import('./commands/control-commands.ts')).controlCommand('pause', host),
  },
  continue: {
    arguments: '<run>',
    describe: 'Continue a run that was paused',
    load: async (host) =>
      (await import('./commands/control-commands.ts')).controlCommand('continue', host),
  },
  stop: {
    arguments: '<run>',
    describe: 'Stop a run that works in another shell, as Ctrl-C does; `resume` continues it',
    load: async (host) =>
      (await import('./commands/control-commands.ts')).controlCommand('stop', host),
  },
  set: {
    arguments: '<run>',
    describe: 'Change the limits of a run that works in another shell',
    load: async (host) => (await import('./commands/control-commands.ts')).setCommand(host),
  },
  abandon: {
    arguments: '<run>',
    describe: 'End an unfinished run for good: it can no longer be resumed; sends nothing',
    load: async (host) => (await import('./commands/abandon-command.ts')).abandonCommand(host),
  },
  runs: {
    describe: 'List all runs, newest first',
    load: async (host) => (await import('./commands/runs-command.ts')).runsCommand(host),
  },
  items: {
    arguments: '<run>',
    describe: 'List the items of a run with their states, reasons and results',
    load: async (host) => (await import('./commands/items-command.ts')).itemsCommand(host),
  },
  log: {
    arguments: '[run]',
    describe: 'List the events of a run: starts, waits, stops and their reasons',
    load: async (host) => (await import('./commands/log-command.ts')).logCommand(host),
  },
  resolve: {
    arguments: '<run> [item..]',
    describe: 'Decide items in doubt; change nothing in the project',
    load: async (host) => (await import('./commands/resolve-command.ts')).resolveCommand(host),
  },
  report: {
    arguments: '<run>',
    describe:
      'Write all items of a run as CSV or JSON, a page for a browser, or the map from old files to new ones',
    load: async (host) => (await import('./commands/report-command.ts')).reportCommand(host),
  },
  verify: {
    arguments: '<run>',
    describe:
      'List the project and the buckets of a run again, and compare every effect; only reads',
    load: async (host) => (await import('./commands/verify-command.ts')).verifyCommand(host),
  },
  evidence: {
    arguments: '[run]',
    describe:
      'Write evidence of the deletes of a run into a folder; or check if such a folder was changed',
    load: async (host) => (await import('./commands/evidence-command.ts')).evidenceCommand(host),
  },
  rewrite: {
    arguments: '<run> <files..>',
    describe: 'Replace old URLs in your documents with the new URLs of a run',
    load: async (host) => (await import('./commands/rewrite-command.ts')).rewriteCommand(host),
  },
  init: {
    arguments: '[job]',
    describe: 'Write a commented job file, or print a schedule for one',
    load: async (host) => (await import('./commands/init-command.ts')).initCommand(host),
  },
  validate: {
    arguments: '<job>',
    describe: 'Check a job file and describe it; send nothing',
    load: async (host) => (await import('./commands/validate-command.ts')).validateCommand(host),
  },
  schema: {
    describe: 'Print the JSON Schema of job files, for editors',
    load: async (host) => (await import('./commands/schema-command.ts')).schemaCommand(host),
  },
  'api-schema': {
    describe: 'Describe commands, flags, job files and exit codes as JSON, for programs',
    load: async (host, addAll) =>
      (await import('./commands/api-schema-command.ts')).apiSchemaCommand(host, addAll),
  },
  completion: {
    arguments: '<shell>',
    describe: 'Print a script that completes commands in your shell',
    load: async (host, addAll) =>
      (await import('./commands/completion-command.ts')).completionCommand(host, addAll),
  },
  config: {
    describe: 'Show which keys and addresses are used, and where they come from',
    load: async (host) => (await import('./commands/config-command.ts')).configCommand(host),
  },
  project: {
    describe: 'Show the project of your keys, and check the keys',
    load: async (host) => (await import('./commands/project-command.ts')).projectCommand(host),
  },
  inspect: {
    describe: 'Count the files of a project by age, type, size, tag; keep the listing',
    load: async (host) => (await import('./commands/inspect-command.ts')).inspectCommand(host),
  },
  rehearse: {
    arguments: '<job>',
    describe: 'Run a job against an emulator with the files of the inventory; send nothing',
    load: async (host) => (await import('./commands/rehearse-command.ts')).rehearseCommand(host),
  },
  webhooks: {
    describe: 'List, create, change and delete the webhooks of the project',
    load: async (host) => (await import('./commands/webhooks-command.ts')).webhooksCommand(host),
  },
  clean: {
    describe: 'Remove old runs from the state directory; change nothing in the project',
    load: async (host) => (await import('./commands/clean-command.ts')).cleanCommand(host),
  },
  doctor: {
    arguments: '[run]',
    describe: 'Check the state directory, ledgers, locks, keys and clock; change nothing',
    load: async (host) => (await import('./commands/doctor-command.ts')).doctorCommand(host),
  },
  worker: {
    describe: 'Send requests for the runs of a fleet until stopped',
    load: async (host) => (await import('./commands/worker-command.ts')).workerCommand(host),
  },
  workers: {
    describe: 'List the workers of a fleet that are alive',
    load: async (host) => (await import('./commands/workers-command.ts')).workersCommand(host),
  },
  emulator: {
    describe: 'Serve an emulated Uploadcare for tests and experiments',
    load: async (host) => (await import('./commands/emulator-command.ts')).emulatorCommand(host),
  },
  file: {
    describe: 'List, store, delete or copy files, without a job file',
    load: oneLiners('file'),
  },
  convert: {
    describe: 'Convert documents or videos, without a job file',
    load: oneLiners('convert'),
  },
  addon: {
    describe: 'Execute an add-on on files, without a job file',
    load: oneLiners('addon'),
  },
  metadata: {
    describe: 'Set or delete metadata of files, without a job file',
    load: oneLiners('metadata'),
  },
  tags: {
    describe: 'Add or remove tags of files, without a job file',
    load: oneLiners('tags'),
  },
  group: {
    describe: 'Make or delete groups, without a job file',
    load: oneLiners('group'),
  },
  upload: {
    arguments: '[paths..]',
    describe: 'Upload the files of a folder',
    load: oneLiners('upload'),
  },
  import: {
    arguments: '[urls..]',
    describe: 'Import files from URLs',
    load: oneLiners('import'),
  },
  demo: {
    arguments: '[story]',
    describe: 'Show a run that is killed half way and resumed; needs no account',
    load: async (host) => (await import('./commands/demo-command.ts')).demoCommand(host),
  },
};
