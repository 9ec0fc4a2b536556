import { formatCount, formatCounted } from './counted.ts';
import { type Cost, formatCost } from './money.ts';

/** How often a run can delete, or pay, with one operation. */
export interface EffectCount {
  readonly kind: 'delete' | 'pay';
  /** For deletes: the operation's name in a job's `uses`. For payments: its name in `limits.paid`. */
  readonly name: string;
  /** Number of steps with this operation. */
  readonly steps: number;
  /** Number of selected items. */
  readonly items: number;
  /** The highest possible number: steps times items. The real number may be lower if a step has an `if`. */
  readonly count: number;
  /** The limit of the operation in `limits.paid`; null if there is none. */
  readonly limit: number | null;
  /** The price of `count` payments; absent if the operation has no price. */
  readonly cost?: Cost;
}

/** The operation with the highest count; null if there are none. */
export function largestEffect(effects: readonly EffectCount[]): EffectCount | null {
  return effects.reduce<EffectCount | null>(
    (largest, effect) => (largest === null || effect.count > largest.count ? effect : largest),
    null,
  );
}

/**
 * Describes an effect, such as `delete 80 files (2 steps x 40 items)` or `pay for 40 remove_bg (limits.paid:
 * at most 20)`. With a price, `pay for 40 remove_bg (at most 3.20 EUR)`.
 */
export function formatEffect(effect: EffectCount): string {
  const { steps, items, limit, cost } = effect;
  const notes = [
    ...(cost === undefined ? [] : [`at most ${formatCost(cost)}`]),
    ...(steps === 1 ? [] : [`${steps} steps x ${formatCounted(items, 'item')}`]),
    ...(limit === null ? [] : [`limits.paid: at most ${formatCount(limit)}`]),
  ];
  const deed = formatDeed(effect);
  return notes.length === 0 ? deed : `${deed} (${notes.join('; ')})`;
}

/** Describes all effects as a part of a sentence, such as `delete 80 files and pay for 40 remove_bg`. */
export function formatEffects(effects: readonly EffectCount[]): string {
  return effects.map(formatEffect).join(' and ');
}

/**
 * Chooses the words by the name of the operation. The words can't come from the operation itself: an
 * `EffectCount` is plain data of the public API, and core must not import the operations.
 */
function formatDeed({ kind, name, count }: EffectCount): string {
  if (kind === 'pay') return `pay for ${formatCount(count)} ${name}`;
  if (name === 'delete') return `delete ${formatCounted(count, 'file')}`;
  if (name === 'delete-group') return `delete ${formatCounted(count, 'group')}`;
  if (name === 'addon/uc_clamav_virus_scan') {
    return `scan ${formatCounted(count, 'file')} and delete the infected ones`;
  }
  return `${name} ${formatCounted(count, 'item')}`;
}
