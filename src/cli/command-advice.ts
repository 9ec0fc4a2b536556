/** Creates the commands that messages advise the user to type, such as `ucbulk resume RUN`. */
export interface Advice {
  resume(run: string): string;
  items(run: string, state: string): string;
  /** `words` are the arguments after the run id. */
  resolve(run: string, words: string): string;
  decisions(run: string): string;
  retry(run: string): string;
  /** The command that writes the failed items as a list, which a job can use as its source. */
  failedList(run: string): string;
  run(jobFile: string): string;
  verify(run: string): string;
  /** The command that checks keys, connection and state directory. */
  doctor(): string;
}

/** Creates an `Advice`. If the user set the state directory with a flag, its commands repeat that flag. */
export function createAdvice(stateFlag: string | undefined): Advice {
  const state = stateFlag === undefined ? null : shellWord(stateFlag);
  const behind = state === null ? '' : ` --state ${state}`;
  const behindItems = state === null ? '' : ` --state-dir ${state}`;
  return {
    resolve: (run, words) => `ucbulk resolve ${run} ${words}${behind}`,
    decisions: (run) => `ucbulk report ${run} --format decisions -o decisions.csv${behindItems}`,
    retry: (run) => `ucbulk retry ${run}${behind}`,
    failedList: (run) => `ucbulk report ${run} --state failed -o failed.csv${behindItems}`,
    resume: (run) => `ucbulk resume ${run}${behind}`,
    items: (run, itemState) => `ucbulk items ${run} --state ${itemState}${behindItems}`,
    verify: (run) => `ucbulk verify ${run}${behind}`,
    doctor: () => `ucbulk doctor${behind}`,
    run: (jobFile) => `ucbulk run ${shellWord(jobFile)}${behind}`,
  };
}

/** Returns the advice for a run whose job has own code, which ucbulk does not load without `--allow-code`. */
export function withAllowedCode(advice: Advice): Advice {
  return {
    ...advice,
    resume: (run) => `${advice.resume(run)} --allow-code`,
    retry: (run) => `${advice.retry(run)} --allow-code`,
    run: (jobFile) => `${advice.run(jobFile)} --allow-code`,
  };
}

/** Returns the advice for a run with a fleet. Its commands contain no password: the user has to type it. */
export function withFleetAddress(advice: Advice, address: string): Advice {
  const flag = `--fleet ${shellWord(address.replace(/\/\/[^@/]*@/, '//USER:PASSWORD@'))}`;
  return {
    ...advice,
    resume: (run) => `${advice.resume(run)} ${flag}`,
    retry: (run) => `${advice.retry(run)} ${flag}`,
  };
}

/** Returns a text as one word for a shell, in quotes if necessary. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
