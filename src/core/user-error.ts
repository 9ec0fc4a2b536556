/**
 * Something the user has to mend. `usage` and `not-found`: what was typed; `configuration`: keys,
 * state directory, ledger; `locked`: another process works there; `refused`: a guard or the user said no.
 */
export type UserErrorKind = 'usage' | 'not-found' | 'configuration' | 'locked' | 'refused';

/** An error whose message is written for the user: what, where, what now. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly kind: UserErrorKind;

  constructor(kind: UserErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
