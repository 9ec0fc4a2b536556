import { createHash } from 'node:crypto';

/** What makes a new thing each time it is called, so that only its input tells a repeat. */
export type Creation = 'upload' | 'import' | 'group_create';

/** How many things one operation made; `inputsMadeMoreThanOnce` is 0 where all was made exactly once. */
export interface CreationSummary {
  readonly made: number;
  readonly distinctInputs: number;
  readonly inputsMadeMoreThanOnce: number;
}

/** An input that was made into a thing more than once. */
export interface RepeatedCreation {
  readonly operation: Creation;
  /** Public key of the project. */
  readonly project: string;
  /** Name and checksum, source URL, or the members of a group. */
  readonly input: string;
  readonly times: number;
}

const INPUT_LIMIT = 300;

/** Counts what was made of which input: a lost answer and a blind repeat show here (api 12). */
export class CreationCounts {
  readonly #inputs = new Map<string, { readonly times: number; readonly input: string }>();

  /** Notes that `input` was made into a new thing; metadata belongs to the input. */
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

  /** Every input that was made more than once. */
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
