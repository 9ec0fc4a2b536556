import type { Mutant } from './mutants.ts';

const RUNS = 'test/integration/own-operation.test.ts';
const PAID_RUNS = 'test/integration/own-paid-operation.test.ts';

/** Own code has the guarantees of the built-in operations. */
export const OWN_CODE_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'own-code-before-intent',
    protection: 'The intent is durable before own code is called',
    file: 'src/operations/own-operation.ts',
    from: `  await permit.beforeSend();
  const answer = await caller.call(permit.signal, (call) => operation.run(own, call));
  const read`,
    to: `  const answer = await caller.call(permit.signal, (call) => operation.run(own, call));
  await permit.beforeSend();
  const read`,
    red: { file: RUNS, test: 'in-doubt: the intent is durable before the call' },
  },
  {
    name: 'own-code-hung-call-repeated',
    protection: 'A call that hangs may have had an effect, and is not simply repeated',
    file: 'src/operations/own-failure.ts',
    from: `effect: 'unknown',
    code: 'own_code_late',`,
    to: `effect: 'none',
    status: 503,
    code: 'own_code_late',`,
    red: { file: RUNS, test: 'in-doubt: a call that hangs ends at its time limit' },
  },
  {
    name: 'own-code-error-as-proof',
    protection: 'A refused request inside a call does not prove that the call had no effect',
    file: 'src/operations/own-failure.ts',
    from: 'return isRepeatable ? classified : afterEffect(classified);',
    to: 'return classified;',
    red: { file: RUNS, test: 'is no proof that nothing happened' },
  },
  {
    name: 'own-code-probed-early',
    protection: 'A probe waits until the effect of the longest call would be visible',
    file: 'src/operations/own-operation.ts',
    from: 'settleMs: caller.timeLimitMs + BESIDE_CALL_MS,',
    to: '',
    red: { file: RUNS, test: 'a probe waits until an effect of the longest call would be visible' },
  },
  {
    name: 'own-code-sends-late',
    protection: 'A call sends no request after its end',
    file: 'src/operations/own-call.ts',
    from: 'if (signal.aborted) throw new Error(',
    to: 'if (false) throw new Error(',
    red: { file: RUNS, test: 'a stopped call can send nothing more' },
  },
  {
    name: 'own-code-changed',
    protection: 'A run does not continue with changed code unless the user accepts it',
    file: 'src/run/code-of-run.ts',
    from: 'if (!isSame && !acceptsChangedCode) throw changedCode(where, loaded);',
    to: '',
    red: { file: RUNS, test: 'a resume refuses code that has changed' },
  },
  {
    name: 'own-code-undoable-unasked',
    protection: 'A run asks before own code does something that nobody can undo',
    file: 'src/operations/own-operation.ts',
    from: 'destructive: operation.irreversible ?? false,',
    to: 'destructive: false,',
    red: { file: RUNS, test: 'an own operation that nobody can undo asks first' },
  },
  {
    name: 'own-code-paid-again',
    protection: 'A second run does not pay for the same own work on the same file',
    file: 'src/job/own-steps.ts',
    from: "if (isPaid && block['skipIfDone'] === undefined) block['skipIfDone'] = true;",
    to: '',
    red: { file: PAID_RUNS, test: 'a second run does not pay again' },
  },
  {
    name: 'own-code-paid-without-budget',
    protection: 'Paid own code keeps to its budget',
    file: 'src/job/paid-names.ts',
    from: 'return code.paid === true ? OWN_PURCHASE.name : null;',
    to: 'return null;',
    red: { file: PAID_RUNS, test: 'stops at its budget' },
  },
  {
    name: 'own-code-one-file-for-two',
    protection: 'A new file that own code returns for two items belongs to one of them',
    file: 'src/operations/own-operation.ts',
    from: '...(operation.makes !== undefined && { namedIn }),',
    to: '',
    red: { file: PAID_RUNS, test: 'the same new file for two items' },
  },
  {
    name: 'own-code-untrusted',
    protection: 'Own code is loaded only if the user trusts the job',
    file: 'src/cli/own-code.ts',
    from: 'if (await isCodeTrusted(invocation, order)) return;',
    to: 'return;',
    red: { file: 'test/unit/cli/own-code.test.ts', test: 'is loaded only if' },
  },
];
