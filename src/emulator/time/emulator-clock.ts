/** A source of real time, in milliseconds since 1970. A simulation passes its own. */
export interface TimeSource {
  now(): number;
}

/** Emulated time: real time × speed + skipped time. Every Date header and timestamp uses it. */
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

  /** Emulated milliseconds since 1970. */
  now(): number {
    return this.#emulatedAnchor + (this.#source.now() - this.#realAnchor) * this.#speed;
  }

  /** Emulated microseconds since 1970; each call returns another value, for unique timestamps. */
  uniqueMicros(): number {
    this.#lastMicros = Math.max(Math.floor(this.now() * 1000), this.#lastMicros + 1);
    return this.#lastMicros;
  }

  /**
   * Moves emulated time forward without waiting, e.g. by 24 hours so that unstored files expire.
   */
  advance(ms: number): void {
    if (!(ms >= 0))
      throw new RangeError(`The clock can't go back: expected 0 ms or more, got ${ms}`);
    this.#emulatedAnchor += ms;
  }

  /** Sets the emulated seconds per real second, without a jump. */
  setSpeed(speed: number): void {
    if (!(speed >= 0)) throw new RangeError(`Expected a speed of 0 or more, got ${speed}`);
    this.#emulatedAnchor = this.now();
    this.#realAnchor = this.#source.now();
    this.#speed = speed;
  }
}
