import { shellWord } from './shell-word.ts';

/** How commands are spelled in advice to the user. */
export interface Advice {
  resume(run: string): string;
  items(run: string, state: string): string;
}

/** Advice that names the state directory where the user named it. */
export function createAdvice(stateFlag: string | undefined): Advice {
  const state = stateFlag === undefined ? null : shellWord(stateFlag);
  return {
    resume: (run) => `ucbulk resume ${run}${state === null ? '' : ` --state ${state}`}`,
    items: (run, itemState) =>
      `ucbulk items ${run} --state ${itemState}${state === null ? '' : ` --state-dir ${state}`}`,
  };
}
