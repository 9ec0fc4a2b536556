import { createHash } from 'node:crypto';

/**
 * Operations that create a new object with a new id each time. If a client repeats such a request, the new
 * ids do not show the repeat. Only the equal input shows it.
 */
export type Creation = 'upload' | 'import' | 'group_create';

/** The totals of one operation. `inputsMadeMoreThanOnce` is 0 if no input was used a second time. */
export interface CreationSummary {
  readonly made: number;
  readonly distinctInputs: number;
  readonly inputsMadeMoreThanOnce: number;
}

/** An input from which more than one object was created. */
export interface RepeatedCreation {
  readonly operation: Creation;
  /** Public key of the project. */
  readonly project: string;
  /** For an upload: name and checksum. For an import: the source URL. For a group: its members. */
  readonly input: string;
  readonly times: number;
}

const INPUT_LIMIT = 300;

/**
 * Counts how many objects were created from the same input. A count above 1 shows a faulty client: it
 * repeated a request without checking if the first one had succeeded (docs/uploadcare-api.md 12).
 */
export class CreationCounts {
  readonly #inputs = new Map<string, { readonly times: number; readonly input: string }>();

  /**
   * Counts one object that was created from `input`. The input includes the metadata. So two uploads of the
   * same bytes with different metadata do not count as a repeat.
   */
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

  /** The inputs from which more than one object was created. */
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
