import { runProcess } from '../../src/cli/run-process.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';

const world = createSystemWorld();
const late = process.env['UCBULK_TEST_BUG'] === 'uncaught';

/** The program as it is shipped, but for a mistake: where somebody waits for it, or where nobody does. */
await runProcess({
  ...world,
  http(request) {
    const bug = new TypeError(
      `undefined is not a function, said ${process.env['UPLOADCARE_SECRET_KEY']}`,
    );
    if (!late) throw bug;
    setImmediate(() => {
      throw bug;
    });
    return world.http(request);
  },
});
