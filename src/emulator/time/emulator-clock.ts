/** Returns the real time in milliseconds since 1970. A test can pass a clock that it controls. */
export interface TimeSource {
  now(): number;
}

/**
 * The emulator's clock: real time multiplied by the speed, plus the time that `advance` skipped. All Date
 * headers and timestamps come from it.
 */
export class EmulatorClock {
  readonly #source: TimeSource;
  #speed: number;
  #realAnchor: number;
  #emulatedAnchor: number;
  #lastMicros = 0;

  constructor(source: TimeSource, options: { readonly speed: number; readonly offsetMs: number }) {
    this.#source = source;
    this.#speed = options.speed;
    this.#realAnchor = source.now();
    this.#emulatedAnchor = this.#realAnchor + options.offsetMs;
  }

  get speed(): number {
    return this.#speed;
  }

  /** The emulated time in milliseconds since 1970. */
  now(): number {
    return this.#emulatedAnchor + (this.#source.now() - this.#realAnchor) * this.#speed;
  }

  /**
   * The emulated time in microseconds since 1970. Each call returns a larger value than the one before, so
   * that timestamps are unique.
   */
  uniqueMicros(): number {
    this.#lastMicros = Math.max(Math.floor(this.now() * 1000), this.#lastMicros + 1);
    return this.#lastMicros;
  }

  /** Moves the emulated time forward at once. For example, 24 hours let unstored files expire. */
  advance(ms: number): void {
    if (!(ms >= 0))
      throw new RangeError(`The clock can't go back: expected 0 ms or more, got ${ms}`);
    this.#emulatedAnchor += ms;
  }

  /** Sets how many emulated seconds pass in one real second. The current emulated time does not jump. */
  setSpeed(speed: number): void {
    if (!(speed >= 0)) throw new RangeError(`Expected a speed of 0 or more, got ${speed}`);
    this.#emulatedAnchor = this.now();
    this.#realAnchor = this.#source.now();
    this.#speed = speed;
  }
}
