/** The name of own code in a job file: a path relative to the file, or a package. */
export type OwnName = `./${string}` | `../${string}` | `npm:${string}`;

/** Matches the names of own code. No built-in operation has such a name. */
export const OWN_NAME_PATTERN = /^(?:\.\.?\/|npm:)./;

/** True if the name is that of own code. */
export function isOwnName(name: unknown): name is OwnName {
  return typeof name === 'string' && OWN_NAME_PATTERN.test(name);
}
