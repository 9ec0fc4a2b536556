import type { Options } from 'yargs';
import type * as z from 'zod';
import { parseBooleanWord } from '../core/boolean-word.ts';
import { parseDuration } from '../core/duration.ts';
import { UserError } from '../core/user-error.ts';
import { wrongValue } from './boolean-flags.ts';
import type { Environment } from './surroundings.ts';

/** Options by name, as yargs expects them. */
export type OptionTable = Readonly<Record<string, Options>>;

/**
 * Returns the options with the values of the environment variables `UCBULK_<FLAG>` as defaults. This function
 * does not use yargs' own `.env()`: in strict mode, that rejects a variable that only another command knows.
 */
export function withEnvironment<Table extends OptionTable>(table: Table, env: Environment): Table {
  const entries = Object.entries(table).map(([name, option]): [string, Options] => {
    // This option has the variable UCBULK_STATE, which `findStateDirectory` reads.
    if (name === 'state-dir') return [name, option];
    const variable = variableName(name);
    const value = env[variable];
    const described = { ...option, describe: `${option.describe ?? ''} [${variable}]` };
    if (value === undefined || value === '') return [name, described];
    const given = parseVariable(variable, value, option);
    const read = { ...described, default: given, defaultDescription: variable };
    return [
      name,
      { ...read, ...withVariableInErrors(variable, name, { given, coerce: option.coerce }) },
    ];
  });
  return Object.fromEntries(entries) as Table;
}

/** Returns a parser for whole numbers from 1. */
export function positiveInteger(flag: string): (value: unknown) => number {
  return (value) => {
    const count = digits(flag, value);
    if (Number.isSafeInteger(Number(count)) && Number(count) >= 1) return Number(count);
    throw new Error(`--${flag} takes a whole number from 1 on, got \`${count}\``);
  };
}

/** Returns a parser for whole numbers from 0. */
export function wholeNumber(flag: string): (value: unknown) => number {
  return (value) => {
    const count = digits(flag, value);
    if (count !== '' && Number.isSafeInteger(Number(count)) && Number(count) >= 0)
      return Number(count);
    throw new Error(`--${flag} takes a whole number, got \`${count}\``);
  };
}

/** Returns a parser for the number of a port; 0 means any free port. */
export function portNumber(flag: string): (value: unknown) => number {
  const parse = wholeNumber(flag);
  return (value) => {
    const port = parse(value);
    if (port <= 65_535) return port;
    throw new Error(`--${flag} takes a port from 0 to 65535, got \`${port}\``);
  };
}

/** Returns a parser for numbers above 0. */
export function positiveNumber(flag: string): (value: unknown) => number {
  return (value) => {
    const amount = digits(flag, value);
    if (Number.isFinite(Number(amount)) && Number(amount) > 0) return Number(amount);
    throw new Error(`--${flag} takes a number above 0, got \`${amount}\``);
  };
}

/** Returns a parser that accepts `off`, as null, and whatever `parse` accepts. */
export function orOff(parse: (value: unknown) => number): (value: unknown) => number | null {
  return (value) => {
    if (String(value).trim() === 'off') return null;
    try {
      return parse(value);
    } catch (error) {
      const message = error instanceof Error ? error.message : '';
      throw new Error(message.replace(', got', ' or `off`, got'), { cause: error });
    }
  };
}

/** Returns a parser for numbers from 0 to 1. */
export function share(flag: string): (value: unknown) => number {
  return (value) => {
    const part = digits(flag, value);
    if (part !== '' && Number(part) >= 0 && Number(part) <= 1) return Number(part);
    throw new Error(`--${flag} takes a number from 0 to 1, got \`${part}\``);
  };
}

/** Returns a parser that accepts the same values as a key of the job file. */
export function checked<Value>(flag: string, schema: z.ZodType<Value>): (value: unknown) => Value {
  return (value) => {
    const given = digits(flag, value);
    const read = schema.safeParse(given);
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    const message = issue?.message ?? '';
    const fault = issue?.code === 'custom' ? message : `takes ${message}`;
    throw new Error(`--${flag} ${fault}, got \`${given}\``);
  };
}

/** Returns a parser for durations such as `10s`. The result is in ms. */
export function duration(flag: string): (value: unknown) => number {
  return (value) => {
    const text = digits(flag, value);
    try {
      return parseDuration(text);
    } catch (error) {
      throw new Error(`--${flag}: ${error instanceof Error ? error.message : ''}`, {
        cause: error,
      });
    }
  };
}

/** Returns a parser that accepts any text, but throws if the user repeats the flag. */
export function text(flag: string): (value: unknown) => string {
  return (value) => single(flag, value);
}

/** Returns a parser for one or more `name=value` pairs. */
export function assignments(flag: string): (value: unknown) => Record<string, string> {
  return (value) => {
    const pairs = (Array.isArray(value) ? value : [value]).map((pair): [string, string] => {
      const [, name, rest] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/su.exec(String(pair)) ?? [];
      if (name !== undefined && rest !== undefined) return [name, rest];
      throw new Error(`--${flag} takes name=value, got \`${String(pair)}\``);
    });
    return Object.fromEntries(pairs);
  };
}

/** Returns the environment variable for a flag: `rest-api-base` → `UCBULK_REST_API_BASE`. */
export function variableName(name: string): string {
  return `UCBULK_${name.replaceAll('-', '_').toUpperCase()}`;
}

/**
 * Parses the value of an environment variable. Throws a `UserError` that names the variable. yargs would not
 * check the value, or its error would name a flag that the user never typed.
 */
function parseVariable(variable: string, value: string, option: Options): unknown {
  if (option.type === 'boolean') return parseBoolean(variable, value);
  if (option.choices !== undefined) return parseChoice(variable, value.trim(), option.choices);
  return option.array === true ? value.split(',').map((part) => part.trimStart()) : value;
}

function parseBoolean(variable: string, value: string): boolean {
  const read = parseBooleanWord(value);
  if (read !== null) return read;
  throw new UserError('usage', wrongValue(variable, value));
}

function parseChoice(variable: string, value: string, choices: Choices): string {
  if (choices.includes(value)) return value;
  const known = choices.join(', ');
  throw new UserError(
    'usage',
    `${variable} takes one of ${known}; got \`${value.slice(0, 100)}\`.`,
  );
}

type Choices = NonNullable<Options['choices']>;

/**
 * Wraps the parser of a flag. If the parser rejects the value of the environment variable, the error names
 * the variable instead of the flag.
 */
function withVariableInErrors(
  variable: string,
  name: string,
  { given, coerce }: { readonly given: unknown; readonly coerce: Options['coerce'] },
): Pick<Options, 'coerce'> {
  if (coerce === undefined) return {};
  return {
    coerce(value: unknown): unknown {
      try {
        return coerce(value) as unknown;
      } catch (error) {
        if (value !== given || !(error instanceof Error)) throw error;
        throw new Error(error.message.replace(`--${name}`, variable), { cause: error });
      }
    },
  };
}

/** Returns a value without surrounding spaces: variables in files and shells often have them. */
function digits(flag: string, value: unknown): string {
  return single(flag, value).trim();
}

function single(flag: string, value: unknown): string {
  if (Array.isArray(value)) throw new Error(`--${flag} was given twice`);
  return String(value);
}

const HOST = /^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?$/;

/**
 * Returns a parser for host names. The user repeats the flag or separates names by commas; a name may start
 * with `*.`.
 */
export function hostList(flag: string): (value: unknown) => readonly string[] | undefined {
  return (value) => {
    if (value === undefined) return undefined;
    const hosts = [value].flat().flatMap((one) => String(one).split(','));
    const names = hosts.map((host) => host.trim().toLowerCase()).filter((host) => host !== '');
    const wrong = names.find((host) => !HOST.test(host));
    if (wrong === undefined) return names;
    throw new Error(
      `--${flag} takes a host name such as storage.example.com, without https:// and path, got \`${wrong}\``,
    );
  };
}

/** Returns a parser for an address to listen on: `HOST:PORT`, with an IPv6 address in brackets. */
export function address(flag: string): (value: unknown) => { host: string; port: number } {
  return (value) => {
    const [, six, four, digitsOfPort] = ADDRESS.exec(String(value).trim()) ?? [];
    const [host, port] = [six ?? four, Number(digitsOfPort)];
    if (host !== undefined && port <= 65_535) return { host, port };
    throw new Error(`--${flag} takes HOST:PORT, such as 127.0.0.1:9101, got \`${String(value)}\``);
  };
}

const ADDRESS = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/i;
