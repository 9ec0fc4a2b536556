import { runProcess } from '../../src/cli/run-process.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';

const hangAt = process.env['UCBULK_TEST_HANG_AT'];
const settleMs = process.env['UCBULK_TEST_SETTLE_MS'];

/** The program as it is shipped, but that it never comes past a point, or that settle times are short. */
await runProcess(
  {
    ...createSystemWorld(),
    crash(point) {
      if (point !== hangAt) return;
      process.stderr.write(`hangs at ${point}\n`);
      return new Promise(() => setInterval(() => undefined, 60_000));
    },
  },
  settleMs === undefined ? {} : { settleMs: Number(settleMs) },
);
