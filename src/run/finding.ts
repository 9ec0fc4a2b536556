/** One thing that `doctor` looked at. */
export interface Finding {
  /** `tool`, `state`, `catalog`, `ledger`, `lock`, `service`. */
  readonly about: string;
  /** Which one: a path, a run, an origin. */
  readonly subject: string;
  /** `note`: worth knowing, and no reason not to work; `away`: may be good again by itself. */
  readonly level: 'good' | 'note' | 'bad' | 'away';
  readonly message: string;
  /** What to do now; null where there is nothing. */
  readonly advice: string | null;
}

/** A finding of which there is nothing to be done. */
export function good(about: string, subject: string, message: string): Finding {
  return { about, subject, level: 'good', message, advice: null };
}
