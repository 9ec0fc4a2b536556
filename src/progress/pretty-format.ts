import { prettyFactory } from 'pino-pretty';

/** Creates a function that formats a line of the log for people. */
export function createPrettyFormat(color: boolean): (line: string) => string {
  const format = prettyFactory({
    colorize: color,
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
    // These fields are already in the message.
    ignore: 'samples,count,run,kind,until',
  });
  return (line) => format(line) ?? '';
}
