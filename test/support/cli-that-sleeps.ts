import { existsSync, readFileSync } from 'node:fs';
import { runProcess } from '../../src/cli/run-process.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';

const world = createSystemWorld();
const sleptPath = process.env['UCBULK_TEST_SLEPT'] ?? '';
const SLEEPS_AT_WRITE = 12;
let writes = 0;

/**
 * The program as it is shipped, on a machine that falls asleep between an intent and its request: it
 * stops itself there, and its wall clock then says what the file has, ms. The monotonic one stood still.
 */
await runProcess({
  ...world,
  clock: {
    ...world.clock,
    now: () => world.clock.now() + (existsSync(sleptPath) ? Number(readFileSync(sleptPath)) : 0),
  },
  crash(point) {
    if (point !== 'before-write' || ++writes !== SLEEPS_AT_WRITE) return;
    process.stderr.write('falls asleep\n');
    process.kill(process.pid, 'SIGSTOP');
  },
});
