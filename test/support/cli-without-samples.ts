import { runProcess } from '../../src/cli/run-process.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';

/** The program as it is shipped, but it writes no samples between the start and the end of a run. */
await runProcess(createSystemWorld(), { sampleEveryMs: 1e9 });
