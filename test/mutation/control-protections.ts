import type { Mutant } from './mutants.ts';

const LIVE_CONTROL = 'test/integration/live-control.test.ts';

/** A person in another shell controls a run, and no request of a person is lost. */
export const CONTROL_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'sent-while-paused',
    protection: 'A paused run sends no request, not even one that waits at the gate',
    file: 'src/run/run-gate.ts',
    from: '} while (control.isPaused);',
    to: '} while (control.isPaused && runStop.signal.aborted);',
    red: { file: LIVE_CONTROL, test: 'pause: nothing is sent until continue' },
  },
  {
    name: 'written-while-paused',
    protection: 'A paused run writes no request whose intent was recorded before the pause',
    file: 'src/run/open-service.ts',
    from: 'const mayStart = () => !options.control.isPaused && request.mayStart();',
    to: 'const mayStart = () => request.mayStart();',
    red: {
      file: 'test/simulation/simulation.test.ts',
      test: 'a pause during a slow commit holds the request whose intent is just written',
    },
  },
  {
    name: 'last-rate-wins',
    protection: 'The lowest of the maximum rates wins',
    file: 'src/run/live-control.ts',
    from: 'return lowest(context.rate, ofJob, this.#asked.rate);',
    to: 'return this.#asked.rate ?? lowest(context.rate, ofJob);',
    red: { file: LIVE_CONTROL, test: 'the lowest rate wins' },
  },
  {
    name: 'last-concurrency-wins',
    protection: 'The lowest of the maximum numbers of requests in flight wins',
    file: 'src/run/live-control.ts',
    from: 'return lowest(mostInFlight(job, context), this.#asked.concurrency);',
    to: 'return this.#asked.concurrency ?? mostInFlight(job, context);',
    red: { file: LIVE_CONTROL, test: 'the lowest concurrency wins' },
  },
  {
    name: 'half-lost-change',
    protection: 'Of two changes at the same time, both take effect',
    file: 'src/ledger/control-table.ts',
    from: 'rate = iif(@hasRate, excluded.rate, rate),',
    to: 'rate = excluded.rate,',
    red: {
      file: 'test/unit/ledger/catalog.test.ts',
      test: 'a change of a control changes only its own fields',
    },
  },
  {
    name: 'pause-of-a-dead-process',
    protection: 'A resume forgets the pause of an earlier process',
    file: 'src/run/live-control.ts',
    from: 'const hasChanged = table.begin(run, joinedAt);',
    to: 'const hasChanged = table.find(run) === null && table.begin(run, joinedAt);',
    red: { file: LIVE_CONTROL, test: 'a paused run that dies is not paused after a resume' },
  },
  {
    name: 'stop-that-stops-again',
    protection: 'A stop ends one process, not the next one too',
    file: 'src/ledger/control-table.ts',
    from: "state = iif(state = 'stopped' AND revision = @revision, NULL, state)",
    to: 'state = state',
    red: {
      file: 'test/unit/ledger/catalog.test.ts',
      test: 'a stop that was obeyed does not stop the next process',
    },
  },
  {
    name: 'priority-ignored',
    protection: 'Runs that share a project divide its rate by their priorities',
    file: 'src/state/rate-share.ts',
    from: 'const fairRate = busy.length > 1 ? sum(busy) * share : null;',
    to: 'const fairRate = busy.length > 1 ? sum(busy) / busy.length : null;',
    red: {
      file: 'test/unit/state/rate-share.test.ts',
      test: 'busy runs move towards parts that are proportional to their priorities',
    },
  },
  {
    name: 'starved-run',
    protection: 'No run of a shared project gets less than a quarter of an equal part',
    file: 'src/core/priority.ts',
    from: 'if (!isEnough(own)) return least;',
    to: 'if (!isEnough(own)) return (own * left) / total;',
    red: {
      file: 'test/unit/core/priority.test.ts',
      test: 'no run gets less than a quarter of an equal part',
    },
  },
  {
    name: 'late-wait-hears-no-stop',
    protection:
      'A stop ends a wait for the window that begins after the process has the lock of its run',
    file: 'src/run/waiting-run.ts',
    from: 'await enterWindow(job, { ...context, drain }, run);',
    to: 'await enterWindow(job, context, run);',
    red: { file: 'test/integration/retry.test.ts', test: 'its answer came after the window' },
  },
  {
    name: 'two-waiters',
    protection: 'Only one process waits to continue a run',
    file: 'src/run/waiting-run.ts',
    from: "if (lock === null) throw alreadyTaken('waits to continue', run);",
    to: 'if (lock === null) return null;',
    red: { file: 'test/integration/waiting-run.test.ts', test: 'nobody resumes or abandons' },
  },
];
