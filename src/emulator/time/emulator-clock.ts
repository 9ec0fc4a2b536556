/** Where real time comes from, in milliseconds since 1970; a simulation gives its own. */
export interface TimeSource {
  now(): number;
}

/** Emulated time: real time × speed + what was skipped. It feeds every Date header and timestamp. */
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

  /** Emulated microseconds since 1970, never the same twice: the service's timestamps have six decimals. */
  uniqueMicros(): number {
    this.#lastMicros = Math.max(Math.floor(this.now() * 1000), this.#lastMicros + 1);
    return this.#lastMicros;
  }

  /** Moves emulated time on without waiting, e.g. over the 24 hours of an unstored file. */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`The clock only goes forward, got ${ms} ms`);
    this.#emulatedAnchor += ms;
  }

  /** Changes how many emulated seconds pass in a real one, without a jump. */
  setSpeed(speed: number): void {
    if (!(speed >= 0)) throw new RangeError(`The speed is 0 or more, got ${speed}`);
    this.#emulatedAnchor = this.now();
    this.#realAnchor = this.#source.now();
    this.#speed = speed;
  }
}
