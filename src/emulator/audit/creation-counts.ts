import { createHash } from 'node:crypto';

/** Operations that create a new thing each time, so only the input shows a repeat. */
export type Creation = 'upload' | 'import' | 'group_create';

/** The creations of one operation. `inputsMadeMoreThanOnce` is 0 if each was created once. */
export interface CreationSummary {
  readonly made: number;
  readonly distinctInputs: number;
  readonly inputsMadeMoreThanOnce: number;
}

/** An input from which more than one thing was created. */
export interface RepeatedCreation {
  readonly operation: Creation;
  /** Public key of the project. */
  readonly project: string;
  /** Name and checksum, source URL, or the members of a group. */
  readonly input: string;
  readonly times: number;
}

const INPUT_LIMIT = 300;

/** Counts creations by input, which shows blind repeats after a lost answer (api 12). */
export class CreationCounts {
  readonly #inputs = new Map<string, { readonly times: number; readonly input: string }>();

  /** Records that a new thing was created from `input`; metadata belongs to the input. */
  add(operation: Creation, project: string, input: string): void {
    const hash = createHash('sha256').update(input).digest('base64url').slice(0, 22);
    const key = `${operation} ${project} ${hash}`;
    const times = (this.#inputs.get(key)?.times ?? 0) + 1;
    this.#inputs.set(key, { times, input: input.slice(0, INPUT_LIMIT) });
  }

  summary(): Partial<Record<Creation, CreationSummary>> {
    const summary: Partial<Record<Creation, CreationSummary>> = {};
    for (const [key, { times }] of this.#inputs) {
      const operation = operationOf(key);
      const sums = summary[operation] ?? { made: 0, distinctInputs: 0, inputsMadeMoreThanOnce: 0 };
      summary[operation] = {
        made: sums.made + times,
        distinctInputs: sums.distinctInputs + 1,
        inputsMadeMoreThanOnce: sums.inputsMadeMoreThanOnce + (times > 1 ? 1 : 0),
      };
    }
    return summary;
  }

  /** The inputs from which more than one thing was created. */
  repeated(): RepeatedCreation[] {
    return [...this.#inputs]
      .filter(([, { times }]) => times > 1)
      .map(([key, { times, input }]) => {
        const [, project = ''] = key.split(' ');
        return { operation: operationOf(key), project, input, times };
      });
  }
}

function operationOf(key: string): Creation {
  const [operation] = key.split(' ');
  if (operation === 'upload' || operation === 'import') return operation;
  return 'group_create';
}
