import type { ArgumentsCamelCase } from 'yargs';
import { present } from '../../core/present.ts';
import { examineService } from '../../doctor/examine-service.ts';
import { examineState, type Finding, good } from '../../doctor/examine-state.ts';
import { plainText } from '../../progress/terminal-text.ts';
import { connectionFromEnv } from '../../run/connection-from-env.ts';
import { databaseVersion } from '../../run/database-version.ts';
import { toolVersion } from '../../run/tool-version.ts';
import type { CommandHost, CommandParts, Invocation } from '../command.ts';
import { PROJECT_OPTIONS, type ProjectFlags } from '../connection-options.ts';
import { errorExitLine, platformText } from '../describe-error.ts';
import type { ExitCode } from '../exit-code.ts';
import { helpExamples } from '../help-examples.ts';
import { findRunArgument } from '../run-argument.ts';
import { textTable } from '../text-table.ts';
import { createWaitLog } from '../wait-log.ts';

type Flags = ProjectFlags & { run: string | undefined };

/** `doctor [RUN]`: checks everything that a run needs, and changes nothing. */
export function doctorCommand(host: CommandHost): CommandParts<Flags> {
  return {
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', describe: 'Check the ledger of this run only' })
        .options(host.options(PROJECT_OPTIONS))
        .epilogue(
          helpExamples([
            ['$0 doctor', 'Check everything; each finding has advice'],
            ['$0 doctor --state /backup/state', 'Check a backup'],
          ]),
        ),
    handler: (flags) => host.invoke(flags, (invocation) => examine(invocation, flags)),
  };
}

async function examine(
  invocation: Invocation,
  flags: ArgumentsCamelCase<Flags>,
): Promise<ExitCode> {
  const { surroundings, output, stateDirectory } = invocation;
  const { world, env } = surroundings;
  const wanted = await findRunArgument(flags.run, invocation);
  const versions = `${platformText()}, ${databaseVersion()}`;
  const hasKeys = [env.UPLOADCARE_PUBLIC_KEY, env.UPLOADCARE_SECRET_KEY].every(Boolean);
  const findings = [
    good('tool', `ucbulk ${toolVersion()}`, versions),
    ...(await examineState(stateDirectory, wanted, world)),
    ...(hasKeys
      ? await examineService(connectionFromEnv(env, flags), world, {
          onWait: createWaitLog((_level, _facts, text) => output.info(text)),
          ...present({ offlineForMs: flags.offlineFor, apiVersion: flags.apiVersion }),
        })
      : [good('service', 'keys', 'none are set; the service was not checked')]),
  ];
  const code = exitCodeForFindings(findings);
  for (const finding of output.json ? findings : []) {
    output.result({ type: 'finding', ...finding }, () => '');
  }
  output.text(() => output.fit(findingsText(findings)));
  if (code !== 0) output.warn(errorExitLine(code));
  return code;
}

/**
 * Returns the exit code. If this machine has a problem and the service is also unreachable, the problem of
 * this machine decides, because only the user can fix it.
 */
function exitCodeForFindings(findings: readonly Finding[]): ExitCode {
  const levels = findings.map(({ level }) => level);
  if (levels.includes('bad')) return 3;
  return levels.includes('away') ? 5 : 0;
}

function findingsText(findings: readonly Finding[]): string {
  const MARKS = { good: 'ok', note: 'note', bad: 'BAD', away: 'AWAY' } as const;
  return textTable(
    findings.flatMap(({ about, subject, level, message, advice }) => [
      [MARKS[level], about, `${plainText(subject)}: ${plainText(message)}`],
      ...(advice === null ? [] : [['', '', `→ ${plainText(advice)}`]]),
    ]),
  );
}
