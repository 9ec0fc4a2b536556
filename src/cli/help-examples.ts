/** A command line, in which `$0` is the program, and its explanation. */
type Example = readonly [command: string, explanation: string];

/**
 * Examples for the end of a command's help. Each explanation has its own line above the command:
 * in the two columns of yargs, long commands would wrap.
 */
export function helpExamples(examples: readonly Example[]): string {
  const lines = examples.map(([command, explanation]) => `  # ${explanation}\n  ${command}`);
  return `Examples:\n${lines.join('\n')}`;
}
