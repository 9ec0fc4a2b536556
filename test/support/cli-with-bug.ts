import { runProcess } from '../../src/cli/run-process.ts';
import { createSystemWorld } from '../../src/world/system-world.ts';

const world = createSystemWorld();
const bug = new TypeError(
  `undefined is not a function, said ${process.env['UPLOADCARE_SECRET_KEY']}`,
);
const KINDS: Readonly<Record<string, typeof world.http>> = {
  /** Where somebody waits for it, before there is a run. */
  caught() {
    throw bug;
  },
  /** Where nobody does. */
  uncaught(request) {
    setImmediate(() => {
      throw bug;
    });
    return world.http(request);
  },
  /** In a run, once a request has had its effect. */
  async 'in-run'(request) {
    const response = await world.http(request);
    if (request.method !== 'GET') throw bug;
    return response;
  },
};

/** The program as it is shipped, but for a mistake. */
await runProcess({ ...world, http: KINDS[process.env['UCBULK_TEST_BUG'] ?? '']! });
