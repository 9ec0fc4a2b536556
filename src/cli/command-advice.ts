/** Commands to print as advice to the user. */
export interface Advice {
  resume(run: string): string;
  items(run: string, state: string): string;
  /** `words`: the arguments after the run. */
  resolve(run: string, words: string): string;
  decisions(run: string): string;
  run(jobFile: string): string;
}

/** Creates advice. Its commands name the state directory if the user did. */
export function createAdvice(stateFlag: string | undefined): Advice {
  const state = stateFlag === undefined ? null : shellWord(stateFlag);
  const behind = state === null ? '' : ` --state ${state}`;
  const behindItems = state === null ? '' : ` --state-dir ${state}`;
  return {
    resolve: (run, words) => `ucbulk resolve ${run} ${words}${behind}`,
    decisions: (run) => `ucbulk report ${run} --format decisions -o decisions.csv${behindItems}`,
    resume: (run) => `ucbulk resume ${run}${behind}`,
    items: (run, itemState) => `ucbulk items ${run} --state ${itemState}${behindItems}`,
    run: (jobFile) => `ucbulk run ${shellWord(jobFile)}${behind}`,
  };
}

/** Text as one word of a shell; quoted if necessary. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
