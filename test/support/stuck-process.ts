import { runProcess } from '../../src/cli/run-process.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';

/** Runs the command line with a disk that never answers, and that keeps nothing alive. */
const never = () => new Promise<never>(() => undefined);
const world = createSystemWorld();
await runProcess({
  ...world,
  files: { ...world.files, readText: never, exists: never, factsOf: never, realPath: never },
});
