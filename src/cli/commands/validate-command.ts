import type { ApiVersion } from '../../core/api-version.ts';
import { describeJob } from '../../job/describe-job.ts';
import type { JobFileProblem } from '../../job/job-file-error.ts';
import { plainText } from '../../progress/terminal-text.ts';
import { API_VERSION_OPTION } from '../api-version-option.ts';
import type { CommandHost, CommandParts } from '../command.ts';
import { GLOBAL_OPTIONS, type GlobalFlags } from '../global-options.ts';
import { helpExamples } from '../help-examples.ts';
import { JOB_ARGUMENT } from '../job-argument.ts';
import { jobLines } from '../job-lines.ts';
import { assignments } from '../option-values.ts';
import { readJob } from '../read-job.ts';
import { ALLOW_CODE_OPTION } from '../run-options.ts';

type Flags = GlobalFlags & {
  job: string;
  var: Record<string, string> | undefined;
  'allow-code': boolean;
  allowCode?: boolean;
  'api-version': ApiVersion | undefined;
  apiVersion?: ApiVersion | undefined;
};

/** `validate JOB`: checks a job file without sending requests. */
export function validateCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('job', JOB_ARGUMENT)
        .options({
          ...host.options({ ...GLOBAL_OPTIONS, ...API_VERSION_OPTION, ...ALLOW_CODE_OPTION }),
          var: {
            type: 'string',
            array: true,
            requiresArg: true,
            coerce: assignments('var'),
            describe: "Value of one of the job's vars: name=value; may be repeated",
          },
        })
        .epilogue(helpExamples([['$0 validate jobs/store-everything.yaml', 'Check a job file']])),
    handler: (flags) =>
      host.invoke(flags, async (invocation) => {
        const { output } = invocation;
        const warnings: JobFileProblem[] = [];
        const job = await readJob(invocation, flags.job, { ...flags, warnings });
        const description = describeJob(job);
        output.result({ type: 'job', file: flags.job, description, job, warnings }, () =>
          output.fit(
            `${flags.job === '-' ? 'The job' : plainText(flags.job)} is valid.\n${jobLines(job)}`,
          ),
        );
        return 0;
      }),
  };
}
