import { expect, test } from 'vitest';
import { listenForStop } from '../../../src/cli/stop-signals.ts';
import type { StopSignal } from '../../../src/cli/surroundings.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function setup() {
  const listeners = new Set<(signal: StopSignal) => void>();
  const said: string[] = [];
  const clock = new FakeClock();
  const stop = listenForStop(
    {
      onSignal(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      exit: (code) => said.push(`exit ${code}`),
      clock,
    },
    {
      draining: () => said.push('draining'),
      aborting: () => said.push('aborting'),
      hanging: () => said.push('hanging'),
    },
  );
  const send = (signal: StopSignal) => {
    for (const listener of listeners) listener(signal);
  };
  return { stop, send, said, listeners, clock };
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

test('a second signal that has no effect ends the process, too', async () => {
  const { send, said, clock } = setup();
  send('SIGINT');
  await clock.advance(3_600_000);
  expect(said).toEqual(['draining']);
  send('SIGINT');
  await clock.advance(2999);
  expect(said).toEqual(['draining', 'aborting']);
  await clock.advance(1);
  expect(said).toEqual(['draining', 'aborting', 'hanging', 'exit 130']);
});

test('once closed, nobody listens, and nothing ends the process', async () => {
  const { stop, listeners, send, said, clock } = setup();
  send('SIGTERM');
  send('SIGTERM');
  stop.close();
  await clock.advance(10_000);
  expect(listeners.size).toBe(0);
  expect(clock.sleeping).toBe(0);
  expect(said).toEqual(['draining', 'aborting']);
});
