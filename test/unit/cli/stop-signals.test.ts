import { expect, test } from 'vitest';
import { listenForStop } from '../../../src/cli/stop-signals.ts';
import type { StopSignal } from '../../../src/cli/surroundings.ts';

function setup() {
  const listeners = new Set<(signal: StopSignal) => void>();
  const said: string[] = [];
  const stop = listenForStop(
    {
      onSignal(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      exit: (code) => said.push(`exit ${code}`),
    },
    { draining: () => said.push('draining'), aborting: () => said.push('aborting') },
  );
  const send = (signal: StopSignal) => {
    for (const listener of listeners) listener(signal);
  };
  return { stop, send, said, listeners };
}

test('the first signal drains, the second aborts, the third exits', () => {
  const { stop, send, said } = setup();
  expect(stop.received()).toBeNull();
  send('SIGTERM');
  expect([stop.drain.aborted, stop.abort.aborted]).toEqual([true, false]);
  send('SIGINT');
  expect([stop.drain.aborted, stop.abort.aborted]).toEqual([true, true]);
  send('SIGINT');
  expect(said).toEqual(['draining', 'aborting', 'exit 143']);
  expect(stop.received()).toBe('SIGTERM');
});

test('once closed, nobody listens', () => {
  const { stop, listeners } = setup();
  stop.close();
  expect(listeners.size).toBe(0);
});
