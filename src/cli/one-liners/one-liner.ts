import type { OptionTable } from '../option-values.ts';
import type { ItemWords } from './select-items.ts';

/** A step of a job, as a job file contains it. */
export interface StepText {
  readonly uses: string;
  readonly with?: object;
}

/** A command that makes a job of one step from its words and flags. */
export interface OneLiner {
  /** The words of the command, such as `file delete`. */
  readonly name: string;
  /** The arguments after the name, as yargs expects them, such as `[words..]`. */
  readonly words: string;
  readonly wordsText: string;
  readonly describe: string;
  readonly takes: ItemWords['takes'];
  /** The options of the operation. */
  readonly options: OptionTable;
  /** Examples for the help: the part after the name, and what it does. */
  readonly examples: readonly (readonly [string, string])[];
  /**
   * Makes the step. `words` are all arguments; the result names those that are items. Throws a `UserError` if they
   * are wrong.
   */
  step(
    words: readonly string[],
    flags: Flags,
  ): { readonly step: StepText; readonly items: readonly string[] };
  /** Options of the source that the flags set, such as `--match` for a folder. */
  sourceOptions?(flags: Flags): object;
}

/** The flags of a one-liner, by their names in camel case. */
export type Flags = Readonly<Record<string, unknown>>;
