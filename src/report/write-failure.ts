import { describeFileProblem } from '../core/file-problem.ts';
import { UserError } from '../core/user-error.ts';

/** Explains an error of the system that prevented a write, such as a full disk. Returns other errors unchanged. */
export function writeFailure(path: string, error: unknown): unknown {
  const code = errorCode(error);
  if (!/^E[A-Z]+$/.test(code)) return error;
  const why = describeFileProblem(error);
  return new UserError('configuration', `Can't write ${path}: ${why}. Nothing of it was written.`, {
    cause: error,
  });
}

/** The code of an error of the system, such as `ENOENT`; empty if it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
