import type { Schedule } from './schedule.ts';

/** Maximum number of schedules that one search tries. */
const MAX_TRIES = 400;

/**
 * Finds the shortest schedule that still fails. It removes mishaps, by halves and then one by one,
 * then items and everything else that is not needed. It is deterministic.
 */
export async function shrink(
  schedule: Schedule,
  fails: (candidate: Schedule) => Promise<boolean>,
): Promise<Schedule> {
  let best = schedule;
  let tries = 0;
  const accept = async (candidate: Schedule): Promise<boolean> => {
    if (tries >= MAX_TRIES || JSON.stringify(candidate) === JSON.stringify(best)) return false;
    tries += 1;
    const isSmaller = await fails(candidate);
    if (isSmaller) best = candidate;
    return isSmaller;
  };
  for (let before: Schedule | null = null; before !== best; ) {
    before = best;
    for (let size = Math.ceil(best.mishaps.length / 2); size >= 1; size = Math.floor(size / 2)) {
      for (let start = 0; start < best.mishaps.length; ) {
        const mishaps = best.mishaps.toSpliced(start, size);
        if (!(await accept({ ...best, mishaps }))) start += size;
      }
    }
    for (const simpler of simplerThan(best)) await accept({ ...best, ...simpler });
  }
  return best;
}

/** Changes that make a schedule shorter, the largest first. */
function simplerThan({ items, mishaps }: Schedule): Partial<Schedule>[] {
  const fewer = [1, 2, 3, Math.floor(items / 2), items - 1].filter((n) => n > 0 && n < items);
  return [
    ...fewer.map((count) => ({ items: count })),
    { concurrency: 1 },
    { throttle: null },
    { service: 'well' as const },
    { resolve: null },
    { world: 1 },
    ...mishaps.flatMap((mishap, place) =>
      mishap.kind === 'fault' && (mishap.times ?? 1) > 1
        ? [{ mishaps: mishaps.with(place, { ...mishap, times: (mishap.times ?? 1) - 1 }) }]
        : [],
    ),
  ];
}
