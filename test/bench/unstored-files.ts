import { type EmulatorProcess, startEmulator } from '../support/spawn-program.ts';

const DAY_MS = 86_400_000;

/** Starts an emulator of so many unstored files, 2 to 400 days old, that do not expire. */
export function startWithUnstored(files: number): Promise<EmulatorProcess> {
  return startEmulator({
    files,
    storedShare: 0,
    oldestAgeMs: 400 * DAY_MS,
    newestAgeMs: 2 * DAY_MS,
    unstoredLifetimeMs: null,
  });
}
