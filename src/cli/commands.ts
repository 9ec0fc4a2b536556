import type { Argv } from 'yargs';
import type { CommandHost } from './command.ts';

type AddCommand = (program: Argv, host: CommandHost) => Promise<Argv>;

/** The commands that make a job of one step from their flags. */
function oneLiners(nouns: readonly string[]): Record<string, AddCommand> {
  const add =
    (noun: string): AddCommand =>
    async (program, host) => {
      const { oneLinerCommand } = await import('./commands/one-liner-commands.ts');
      return program.command(oneLinerCommand(noun, host));
    };
  return Object.fromEntries(nouns.map((noun) => [noun, add(noun)]));
}

/**
 * Every command by its name, in the order of the help. Each function imports the module of its command only
 * when it is called.
 */
const COMMANDS: Readonly<Record<string, AddCommand>> = {
  async plan(program, host) {
    const { planCommand } = await import('./commands/plan-command.ts');
    return program.command(planCommand(host));
  },
  async run(program, host) {
    const { runCommand } = await import('./commands/run-command.ts');
    return program.command(runCommand(host));
  },
  async apply(program, host) {
    const { applyCommand } = await import('./commands/apply-command.ts');
    return program.command(applyCommand(host));
  },
  async approve(program, host) {
    const { approveCommand } = await import('./commands/approve-command.ts');
    return program.command(approveCommand(host));
  },
  async show(program, host) {
    const { showCommand } = await import('./commands/show-command.ts');
    return program.command(showCommand(host));
  },
  async resume(program, host) {
    const { resumeCommand } = await import('./commands/resume-command.ts');
    return program.command(resumeCommand(host));
  },
  async retry(program, host) {
    const { retryCommand } = await import('./commands/retry-command.ts');
    return program.command(retryCommand(host));
  },
  async status(program, host) {
    const { statusCommand } = await import('./commands/status-command.ts');
    return program.command(statusCommand(host));
  },
  async serve(program, host) {
    const { serveCommand } = await import('./commands/serve-command.ts');
    return program.command(serveCommand(host));
  },
  async pause(program, host) {
    const { controlCommand } = await import('./commands/control-commands.ts');
    return program.command(controlCommand('pause', host));
  },
  async continue(program, host) {
    const { controlCommand } = await import('./commands/control-commands.ts');
    return program.command(controlCommand('continue', host));
  },
  async stop(program, host) {
    const { controlCommand } = await import('./commands/control-commands.ts');
    return program.command(controlCommand('stop', host));
  },
  async set(program, host) {
    const { setCommand } = await import('./commands/control-commands.ts');
    return program.command(setCommand(host));
  },
  async abandon(program, host) {
    const { abandonCommand } = await import('./commands/abandon-command.ts');
    return program.command(abandonCommand(host));
  },
  async runs(program, host) {
    const { runsCommand } = await import('./commands/runs-command.ts');
    return program.command(runsCommand(host));
  },
  async items(program, host) {
    const { itemsCommand } = await import('./commands/items-command.ts');
    return program.command(itemsCommand(host));
  },
  async log(program, host) {
    const { logCommand } = await import('./commands/log-command.ts');
    return program.command(logCommand(host));
  },
  async resolve(program, host) {
    const { resolveCommand } = await import('./commands/resolve-command.ts');
    return program.command(resolveCommand(host));
  },
  async report(program, host) {
    const { reportCommand } = await import('./commands/report-command.ts');
    return program.command(reportCommand(host));
  },
  async verify(program, host) {
    const { verifyCommand } = await import('./commands/verify-command.ts');
    return program.command(verifyCommand(host));
  },
  async evidence(program, host) {
    const { evidenceCommand } = await import('./commands/evidence-command.ts');
    return program.command(evidenceCommand(host));
  },
  async rewrite(program, host) {
    const { rewriteCommand } = await import('./commands/rewrite-command.ts');
    return program.command(rewriteCommand(host));
  },
  async init(program, host) {
    const { initCommand } = await import('./commands/init-command.ts');
    return program.command(initCommand(host));
  },
  async validate(program, host) {
    const { validateCommand } = await import('./commands/validate-command.ts');
    return program.command(validateCommand(host));
  },
  async schema(program, host) {
    const { schemaCommand } = await import('./commands/schema-command.ts');
    return program.command(schemaCommand(host));
  },
  async 'api-schema'(program, host) {
    const { apiSchemaCommand } = await import('./commands/api-schema-command.ts');
    return program.command(apiSchemaCommand(host, addAllCommands));
  },
  async completion(program, host) {
    const { completionCommand } = await import('./commands/completion-command.ts');
    return program.command(completionCommand(host, addAllCommands));
  },
  async config(program, host) {
    const { configCommand } = await import('./commands/config-command.ts');
    return program.command(configCommand(host));
  },
  async project(program, host) {
    const { projectCommand } = await import('./commands/project-command.ts');
    return program.command(projectCommand(host));
  },
  async inspect(program, host) {
    const { inspectCommand } = await import('./commands/inspect-command.ts');
    return program.command(inspectCommand(host));
  },
  async rehearse(program, host) {
    const { rehearseCommand } = await import('./commands/rehearse-command.ts');
    return program.command(rehearseCommand(host));
  },
  async webhooks(program, host) {
    const { webhooksCommand } = await import('./commands/webhooks-command.ts');
    return program.command(webhooksCommand(host));
  },
  async clean(program, host) {
    const { cleanCommand } = await import('./commands/clean-command.ts');
    return program.command(cleanCommand(host));
  },
  async doctor(program, host) {
    const { doctorCommand } = await import('./commands/doctor-command.ts');
    return program.command(doctorCommand(host));
  },
  async emulator(program, host) {
    const { emulatorCommand } = await import('./commands/emulator-command.ts');
    return program.command(emulatorCommand(host));
  },
  ...oneLiners(['file', 'convert', 'addon', 'metadata', 'tags', 'group', 'upload', 'import']),
  async demo(program, host) {
    const { demoCommand } = await import('./commands/demo-command.ts');
    return program.command(demoCommand(host));
  },
};

function addAllCommands(program: Argv, host: CommandHost): Promise<Argv> {
  return addCommands(program, host, []);
}

/**
 * Adds the command that the command line starts with. If it starts with no command, adds all of them, for
 * example for `--help`. Loading one command takes half as long as loading all of them.
 */
export async function addCommands(
  program: Argv,
  host: CommandHost,
  [name]: readonly string[],
): Promise<Argv> {
  const isCommand = name !== undefined && Object.hasOwn(COMMANDS, name);
  if (name === '--version') return program;
  const wanted = isCommand ? [COMMANDS[name]] : Object.values(COMMANDS);
  let added = program;
  for (const add of wanted) added = (await add?.(added, host)) ?? added;
  return added;
}
