import { runProcess } from '../../dist/cli/run-process.js';
import { createSystemWorld } from '../../dist/world/system-world.js';

/** The built program, but it writes no samples between the start and the end of a run. */
await runProcess(createSystemWorld(), { sampleEveryMs: 1e9 });
