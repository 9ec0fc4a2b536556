import type { Item } from '../core/item.ts';

/** Items by the request that they last went in together, in their order. */
export function byRequest<Sent extends Item>(items: readonly Sent[]): Sent[][] {
  const requests = new Map<number | undefined, Sent[]>();
  for (const item of items) {
    const id = item.intent?.id;
    requests.set(id, [...(requests.get(id) ?? []), item]);
  }
  return [...requests.values()];
}
