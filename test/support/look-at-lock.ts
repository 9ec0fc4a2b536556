import { isLockHeld } from '../../src/ledger/process-lock.ts';

/** `look-at-lock.ts PATH`: prints whether another process holds the lock. */
process.stdout.write(String(isLockHeld(process.argv[2] ?? '')));
