import type { Item } from '../../core/item.ts';
import type { HookCalls } from '../tasks/item-hooks.ts';
import type { Task, TaskDependencies } from '../tasks/task.ts';

/**
 * Calls the hooks before the items of a task are sent, and records the failures of the items that must not be sent.
 * Returns the other items.
 */
export async function callBeforeHooks(
  task: Task,
  hooks: HookCalls,
  deps: TaskDependencies,
): Promise<readonly Item[]> {
  const items = task.items.filter((item) => !isBegun(item, task.step, deps));
  const failures = await hooks.before(task.step, items, deps.stopSignal);
  const failed = items.flatMap((item) => {
    const failure = failures.get(item);
    return failure === undefined ? [] : [{ item, failure }];
  });
  if (failed.length === 0) return task.items;
  const attempt = deps.journal.begin({ ...task, items: failed.map(({ item }) => item) });
  await attempt.settle(
    failed.map(({ item, failure }) => {
      return { item, to: 'outcome', outcome: { kind: 'failed', failure }, effect: 'none' };
    }),
  );
  return task.items.filter((item) => !failures.has(item));
}

/**
 * True if an earlier request for the item may have had an effect. The item must then not fail without a request,
 * because a retry would do its work a second time.
 */
function isBegun(item: Item, step: number, { journal, operation }: TaskDependencies): boolean {
  if (item.openSends > 0) return true;
  if (operation.shape !== 'transfer') return false;
  return journal.hasAnswer(item) || journal.transferNotes(item, step).read() !== null;
}
