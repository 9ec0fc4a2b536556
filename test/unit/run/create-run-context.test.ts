import { expect, test } from 'vitest';
import { createRunContext, type RunContextOptions } from '../../../src/run/create-run-context.ts';

test('a listener that throws stops nothing, and only its first error is logged', () => {
  const logged: string[] = [];
  const context = createRunContext({
    stateDirectory: 'state',
    listener: () => {
      throw new Error('oops');
    },
    log: (...line: readonly unknown[]) => logged.push(String(line[2])),
  } as unknown as RunContextOptions);
  context.listener({ kind: 'rate-changed', rate: 3 });
  context.listener({ kind: 'rate-changed', rate: 4 });
  expect(logged).toEqual(['A listener threw an error: oops']);
});
