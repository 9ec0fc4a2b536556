/**
 * The thing that the user must fix. `usage`, `not-found`: the command line. `configuration`: the keys, the
 * state directory or a ledger. `locked`: another process uses the run or the project. `refused`: a guard or
 * the user does not allow the action. `outside-window`: the window of the job is closed. `budget-spent`: a limit of the
 * job allows no further request.
 */
export type UserErrorKind =
  | 'usage'
  | 'not-found'
  | 'configuration'
  | 'locked'
  | 'refused'
  | 'outside-window'
  | 'budget-spent';

/** An error whose message is for the user. It says what happened, where, and what to do now. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly kind: UserErrorKind;

  constructor(kind: UserErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
