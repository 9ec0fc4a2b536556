import { errorMessage } from './error-message.ts';

const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file has reached its largest size',
  EIO: 'the disk reports a fault',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file and not a folder',
  EPERM: 'the operation is not permitted',
  EROFS: 'the disk can only be read',
};

/**
 * Describes why a file or folder can't be used, such as `the disk is full (ENOSPC)`, for a message that names the
 * path. The message of an unknown error stays as it is.
 */
export function describeFileProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const problem = PROBLEMS[code];
  return problem === undefined ? errorMessage(error) : `${problem} (${code})`;
}
