import type { Mutant } from './mutants.ts';

const RUNS = 'test/integration/item-hooks.test.ts';

/** Hooks of a program decide about items, and never about what was sent. */
export const HOOK_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'hook-failed-item-sent',
    protection: 'An item whose before-hook failed is not sent',
    file: 'src/engine/send/call-before-hooks.ts',
    from: 'return task.items.filter((item) => !failures.has(item));',
    to: 'return task.items;',
    red: { file: RUNS, test: 'delete, in batches: an item whose hook throws fails' },
  },
  {
    name: 'hook-fails-begun-item',
    protection: 'A hook fails no item whose request may have had an effect',
    file: 'src/engine/send/call-before-hooks.ts',
    from: 'if (item.openSends > 0) return true;',
    to: '',
    red: { file: RUNS, test: 'may have had an effect is not failed by a hook' },
  },
  {
    name: 'hook-fails-begun-upload',
    protection: 'A hook fails no item whose upload in parts has begun',
    file: 'src/engine/send/call-before-hooks.ts',
    from: 'return journal.hasAnswer(item) || journal.transferNotes(item, step).read() !== null;',
    to: 'return false;',
    red: {
      file: 'test/integration/killed-hooks.test.ts',
      test: 'an item whose upload in parts has begun',
    },
  },
  {
    name: 'hook-not-awaited',
    protection: 'A hook is awaited before the request of its item',
    file: 'src/run/item-hooks.ts',
    from: 'await Promise.all(items.map(callFor));',
    to: 'void Promise.all(items.map(callFor));',
    red: { file: RUNS, test: 'a hook is awaited before the request' },
  },
];
