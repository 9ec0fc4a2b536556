import type { RunId } from '../core/run.ts';
import { UserError } from '../core/user-error.ts';
import { plainText } from '../progress/terminal-text.ts';
import { unfinishedRuns } from '../run/run-to-resume.ts';
import { describeRun, onlyRun, type RunFacts, severalRuns } from '../state/unfinished-runs.ts';
import { askAnswer } from './ask-line.ts';
import type { Invocation } from './command.ts';

/**
 * Finds the run for `ucbulk resume` if the user gave no id. If only one run is unfinished, it is that run. If
 * there are several, asks the user to choose one. Without a terminal to ask on, throws a `usage` error that
 * lists one command for each run.
 */
export async function chooseRun(invocation: Invocation): Promise<RunId> {
  const { surroundings, output, stateDirectory, advice } = invocation;
  const { world, ask } = surroundings;
  const runs = await unfinishedRuns({ stateDirectory, world, log: output.log });
  if (runs.length < 2) return onlyRun(runs);
  if (ask === null) {
    throw severalRuns(
      runs.map((run) => `${advice.resume(run.run)}  # ${plainText(describeRun(run))}`),
    );
  }
  const lines = runs.map((run, place) => `  ${place + 1}  ${run.run}  ${describeRun(run)}`);
  const question = `There are ${runs.length} unfinished runs:\n${lines.map(plainText).join('\n')}\nType the number or the id of the run to resume:`;
  const reply = await askAnswer(ask, {
    output,
    question,
    again: 'Type the number or the id of the run to resume:',
    read: (typed) => chosenRun(typed, runs),
    signal: new AbortController().signal,
  });
  if (reply.kind === 'answer') return reply.answer;
  throw new UserError(
    'usage',
    `No run was chosen. Nothing was sent. Give the id of the run: \`ucbulk resume RUN\`.`,
  );
}

function chosenRun(typed: string, runs: readonly RunFacts[]): RunId | null {
  const place = /^\d{1,6}$/.test(typed) ? Number(typed) - 1 : runs.findIndex(isTyped);
  return runs[place]?.run ?? null;

  function isTyped({ run }: RunFacts): boolean {
    return run === typed;
  }
}
