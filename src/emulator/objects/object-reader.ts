import { parseInstant } from '../protocol/wire-instant.ts';

/** An error in the JSON that was loaded. `path` is the JSON path of the wrong value. */
export class ObjectsError extends Error {
  override readonly name = 'ObjectsError';
  readonly path: string;

  constructor(
    problem: string,
    { path, cause }: { readonly path: string; readonly cause?: unknown },
  ) {
    super(`${path === '' ? 'objects' : path}: ${problem}`, cause === undefined ? {} : { cause });
    this.path = path;
  }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SHOWN_LENGTH = 60;

/**
 * A value in a JSON document together with its path, so that an error message can show where the value is.
 */
export class ObjectReader {
  readonly value: unknown;
  readonly path: string;

  constructor(value: unknown, path = '') {
    this.value = value;
    this.path = path;
  }

  /** The reader for a field of this object. If the field is absent, the reader's value is undefined. */
  field(name: string): ObjectReader {
    const at = this.path === '' ? name : `${this.path}.${name}`;
    return new ObjectReader(this.#record()[name], at);
  }

  /**
   * All keys of this object with their values. Used for objects whose keys are not known in advance, such as
   * metadata.
   */
  entries(): (readonly [key: string, value: ObjectReader])[] {
    return Object.entries(this.#record()).map(([key, value]) => [
      key,
      new ObjectReader(value, `${this.path}[${JSON.stringify(key)}]`),
    ]);
  }

  items(): ObjectReader[] {
    if (!Array.isArray(this.value)) throw this.expected('a list');
    return this.value.map((item, index) => new ObjectReader(item, `${this.path}[${index}]`));
  }

  /** The items of a list. An empty array if the list is absent. */
  itemsIfAny(): ObjectReader[] {
    return this.isAbsent ? [] : this.items();
  }

  get isAbsent(): boolean {
    return this.value === undefined;
  }

  /** Reads the value with `read`. Returns undefined if the value is null or absent. */
  optional<Value>(read: (reader: this) => Value): Value | undefined {
    return this.value === undefined || this.value === null ? undefined : read(this);
  }

  nullable<Value>(read: (reader: this) => Value): Value | null {
    return this.value === null || this.value === undefined ? null : read(this);
  }

  string(): string {
    if (typeof this.value !== 'string') throw this.expected('a string');
    return this.value;
  }

  boolean(): boolean {
    if (typeof this.value !== 'boolean') throw this.expected('true or false');
    return this.value;
  }

  /** Reads a whole number of at least 0. */
  count(): number {
    const { value } = this;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw this.expected('a whole number');
  }

  uuid(): string {
    const text = this.string();
    if (!UUID.test(text)) throw this.expected('a UUID in lower case');
    return text;
  }

  /** Reads a time in ISO 8601. Returns its text unchanged. */
  instant(): string {
    const text = this.string();
    if (parseInstant(text) === undefined) throw this.expected('an ISO 8601 instant');
    return text;
  }

  oneOf<Value extends string>(values: readonly Value[]): Value {
    const found = values.find((value) => value === this.value);
    if (found === undefined) throw this.expected(`one of ${values.join(', ')}`);
    return found;
  }

  /** Reads an object whose values are all strings. */
  strings(): Record<string, string> {
    return Object.fromEntries(this.entries().map(([key, value]) => [key, value.string()]));
  }

  object(): object {
    return this.#record();
  }

  /**
   * Throws an error if the object has another field than `names`. Otherwise a misspelled field would be
   * ignored silently.
   */
  onlyFields(names: readonly string[]): void {
    const stranger = Object.keys(this.#record()).find((name) => !names.includes(name));
    if (stranger === undefined) return;
    const problem = `unknown field. Use one of ${names.join(', ')}`;
    throw new ObjectsError(problem, { path: this.field(stranger).path });
  }

  /** Creates the error for a value that is not what `what` describes. */
  expected(what: string): ObjectsError {
    const shown = this.isAbsent ? 'nothing' : (JSON.stringify(this.value) ?? 'nothing');
    const short = shown.length > SHOWN_LENGTH ? `${shown.slice(0, SHOWN_LENGTH)}…` : shown;
    return new ObjectsError(`expected ${what}, got ${short}`, { path: this.path });
  }

  #record(): Readonly<Record<string, unknown>> {
    const { value } = this;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
    throw this.expected('an object');
  }
}
