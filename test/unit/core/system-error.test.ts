import { expect, test } from 'vitest';
import { toFailure } from '../../../src/core/failure.ts';
import { explainSystemError } from '../../../src/core/system-error.ts';
import { UserError } from '../../../src/core/user-error.ts';
import { withCleanup } from '../../../src/core/with-cleanup.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: failed, open '/state/runs'`), { code });
}

test('an error of the disk is the configuration, not a bug; it names the path', async () => {
  const disk = systemError('EIO');
  const failure = toFailure(disk);
  expect(failure).toMatchObject({ kind: 'fatal', fatalCause: 'configuration' });
  expect(failure.message).toContain("EIO: failed, open '/state/runs'. Check the disk");
  const rejected = withCleanup(() => Promise.reject(disk));
  await expect(rejected).rejects.toThrow(UserError);
});

test('a wrong use of files is a bug, and so is any other error', () => {
  for (const error of [systemError('EBADF'), systemError('ERR_INVALID_ARG_TYPE'), new Error('x')]) {
    expect(explainSystemError(error)).toBe(error);
    expect(toFailure(error).fatalCause).toBe('bug');
  }
});
