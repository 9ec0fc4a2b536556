/** One protection turned off, and the test that must not let it pass. */
export interface Mutant {
  readonly name: string;
  /** What is turned off, for the table. */
  readonly protection: string;
  readonly file: string;
  /** Text that is in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** A test file, and a part of the test's name, that go red. */
  readonly red: { readonly file: string; readonly test: string };
}

/** Every protection that a test claims to watch over. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no-breaker',
    protection: 'An endpoint that only fails is left alone',
    file: 'src/engine/circuit-breaker.ts',
    from: 'return this.#failed.size >= CHUNKS_OF_AN_OUTAGE;',
    to: 'return false;',
    red: { file: 'test/integration/outage.test.ts', test: 'a paid endpoint that only fails' },
  },
  {
    name: 'no-max-share',
    protection: 'A filter that lets everything through is found out before it deletes',
    file: 'src/engine/guards.ts',
    from: 'selected > maxShare * listed',
    to: 'selected > maxShare * listed * 1e9',
    red: { file: 'test/integration/guards-and-stops.test.ts', test: 'lets everything through' },
  },
  {
    name: 'in-doubt-is-resent',
    protection: 'An undetectable request without an answer is never sent again',
    file: 'src/engine/recover-run.ts',
    from: "if (doubt.class === 'undetectable') doubtful(sent);",
    to: "if (doubt.class === 'undetectable') back(sent, 0);",
    red: { file: 'test/unit/engine/recover-run.test.ts', test: '' },
  },
  {
    name: 'stale-selection',
    protection: 'What waited too long is looked at again before it is deleted',
    file: 'src/engine/execute-task.ts',
    from: 'if (!ports.isFresh(task.items))',
    to: 'if (false)',
    red: { file: 'test/integration/outage.test.ts', test: 'stored while a delete waited' },
  },
];
