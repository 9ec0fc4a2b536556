/**
 * The part that the user must fix. `usage` and `not-found`: the command line. `configuration`: keys, state directory or
 * ledger. `locked`: another process holds the run or project. `refused`: a guard or the user refused.
 */
export type UserErrorKind = 'usage' | 'not-found' | 'configuration' | 'locked' | 'refused';

/** An error whose message is written for the user: what happened, where, what to do now. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly kind: UserErrorKind;

  constructor(kind: UserErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
