/** A command line and its explanation. In the command line, `$0` stands for the name of the program. */
type Example = readonly [command: string, explanation: string];

/**
 * Formats examples for the end of a command's help. Each explanation is on the line above its command: yargs
 * would put them in two columns, and long commands would wrap.
 */
export function helpExamples(examples: readonly Example[]): string {
  const lines = examples.map(([command, explanation]) => `  # ${explanation}\n  ${command}`);
  return `Examples:\n${lines.join('\n')}`;
}
