import type { CrashHook, CrashPoint, World } from '../../src/core/world.ts';
import { createCodeLoader } from '../../src/own-code/library-code.ts';
import type { RunContext } from '../../src/run/run-request.ts';
import type { Gate } from '../../src/transport/gate.ts';

/** Emulated seconds in a real one: settle times and polls are over in a moment. */
export const SPEED = 100;

/** The emulator's clock at a moment of the machine's, ms: from it any process can tell its time. */
export interface ClockAnchor {
  readonly real: number;
  readonly emulated: number;
}

/** When a process kills itself: at the n-th time that a point is reached, or after so many ms. */
export type Kill =
  | { readonly point: CrashPoint; readonly hit: number }
  | { readonly afterMs: number };

/** Where a life of the runner works. */
export interface LifePlace {
  readonly origin: string;
  readonly stateDirectory: string;
}

/** The real world, but for time, which runs as the emulator's does, and for the places to die. */
export function fastWorld(system: World, now: () => number, crash: CrashHook): World {
  const clock = {
    ...system.clock,
    now,
    // Both clocks at one speed: two that go apart mean a machine that slept.
    monotonic: now,
    sleep: (ms: number, signal?: AbortSignal) => system.clock.sleep(ms / SPEED, signal),
  };
  return { ...system, clock, crash };
}

/** The keys with which a run uses the buckets of the emulator. */
const BUCKET_ENV = {
  AWS_ACCESS_KEY_ID: 'EMULATORACCESSKEYID0',
  AWS_SECRET_ACCESS_KEY: 'emulator-secret-access-key',
};

/** The context of a run at the emulator, without waiting for slots. */
export function contextAt(place: LifePlace, world: World, drain: AbortSignal): RunContext {
  return {
    world,
    connection: {
      publicKey: 'demopublickey',
      secretKey: 'demosecretkey',
      restOrigin: place.origin,
      uploadOrigin: place.origin,
      auth: 'signed',
    },
    env: BUCKET_ENV,
    stateDirectory: place.stateDirectory,
    concurrency: 2,
    listener: () => undefined,
    confirm: async () => true,
    drain,
    abort: new AbortController().signal,
    log: () => undefined,
    loadCode: createCodeLoader(),
    limits: { createGate: () => OPEN_GATE },
  };
}

/** Lets every request through at once. Not shared: this file is run alone, from another folder. */
const OPEN_GATE: Gate = {
  take: async (signal) => signal.throwIfAborted(),
  report: () => undefined,
  share: () => undefined,
  state: () => ({
    rate: 1000,
    isMeasured: false,
    closedForMs: 0,
    neededInFlight: 0,
    accepted: 0,
    throttled: 0,
  }),
  close: async () => undefined,
};
