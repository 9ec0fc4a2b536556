import { relative } from 'node:path';
import { present } from '../../core/present.ts';
import { formatYaml } from '../../job/parse-yaml.ts';
import type { Flags, OneLiner } from './one-liner.ts';
import { type ItemSelection, selectItems } from './select-items.ts';
import type { SelectionFlags } from './selection-options.ts';

/** The job file of a one-liner. */
export interface OneLinerJob {
  readonly text: string;
  /** The items, one a line, if the job reads them as standard input; null if it reads none or the real input. */
  readonly input: string | null;
  /** True if the job reads a list from standard input. */
  readonly readsInput: boolean;
}

/**
 * Writes the job of a one-liner. `folder` is the folder of the job file, for the paths in it. Throws a `UserError`
 * if the words and flags make no job.
 */
export function writeOneLiner(
  oneLiner: Pick<OneLiner, 'name' | 'takes' | 'step' | 'sourceOptions'>,
  {
    words,
    flags,
    cwd,
    folder,
    upload,
  }: {
    readonly words: readonly string[];
    readonly flags: SelectionFlags & Flags;
    readonly cwd: string;
    readonly folder: string;
    /** The options of `source.folder`, if the command takes paths. */
    readonly upload?: object | undefined;
  },
): OneLinerJob {
  const { step, items } = oneLiner.step(words, flags);
  const selection = selectItems({ takes: oneLiner.takes, words: items, folder: upload }, flags);
  const source = withSourceOptions(selection, oneLiner.sourceOptions?.(flags) ?? {});
  const { limit, canary } = flags;
  const job = {
    version: 1,
    name: oneLiner.name,
    source: relativeTo(folder, cwd, source),
    ...present({ where: selection.where }),
    steps: [{ ...step, ...present({ if: selection.if }) }],
    ...(limit !== undefined && { limits: { items: limit } }),
    ...(canary !== undefined && { guard: { canary } }),
  };
  return {
    text: formatYaml(job),
    input: selection.input ?? null,
    readsInput: pathOf(source) === '-',
  };
}

/** Adds options to the source, such as `match`. */
function withSourceOptions({ source }: ItemSelection, options: object): Block {
  return mapValues(source, (value) => (isBlock(value) ? { ...value, ...options } : value));
}

/** Changes the path of a source, which belongs to `cwd`, so that it belongs to `folder`. */
function relativeTo(folder: string, cwd: string, source: Block): Block {
  if (folder === cwd) return source;
  return mapValues(source, (value) => {
    if (!isBlock(value) || typeof value['path'] !== 'string' || value['path'] === '-') return value;
    return { ...value, path: relative(folder, `${cwd}/${value['path']}`) || '.' };
  });
}

function pathOf(source: Block): unknown {
  return Object.values(source)
    .filter(isBlock)
    .map(({ path }) => path)[0];
}

type Block = Readonly<Record<string, unknown>>;

function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapValues(block: object, change: (value: unknown) => unknown): Block {
  return Object.fromEntries(Object.entries(block).map(([key, value]) => [key, change(value)]));
}
