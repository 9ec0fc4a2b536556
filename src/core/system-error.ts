import { UserError } from './user-error.ts';

/**
 * Error codes that the disk, the file system or its permissions can cause. Any other code, such as EBADF, is
 * the result of a bug.
 */
const SYSTEM_CODES: ReadonlySet<string> = new Set([
  'EACCES',
  'EBUSY',
  'EDQUOT',
  'EEXIST',
  'EIO',
  'EISDIR',
  'ELOOP',
  'EMFILE',
  'ENAMETOOLONG',
  'ENFILE',
  'ENODEV',
  'ENOENT',
  'ENOSPC',
  'ENOTDIR',
  'ENOTEMPTY',
  'ENXIO',
  'EPERM',
  'EROFS',
  'ESTALE',
]);

/**
 * Converts an error of the file system to a `UserError` (kind `configuration`). Returns any other value
 * unchanged.
 */
export function explainSystemError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !SYSTEM_CODES.has(code)) return error;
  return new UserError(
    'configuration',
    `A file or folder can't be used: ${error.message}. Check the disk and the permissions of this path, then run the same command again.`,
    { cause: error },
  );
}
