/** The argument JOB of a command that reads a job file. */
export const JOB_ARGUMENT = {
  type: 'string',
  demandOption: true,
  describe: 'Job file; - is standard input',
} as const;
