import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  ITEM_STATES,
  isFinal,
  isTransition,
  RETRY_TRANSITION,
  SWEEP_TRANSITION,
} from '../../../src/core/item-state.ts';

const PAIRS = ITEM_STATES.flatMap((from) => ITEM_STATES.map((to) => [from, to] as const));

/** The arrows between two states in the diagram of docs/architecture.md. */
function documentedTransitions(): string[] {
  const page = readFileSync(new URL('../../../docs/architecture.md', import.meta.url), 'utf8');
  const diagram = /```mermaid\nstateDiagram-v2\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const arrows = diagram
    .split('\n')
    .filter((line) => line.includes('-->') && !line.includes('[*]'));
  return arrows.map((line) => line.trim().replaceAll('in_doubt', 'in-doubt')).sort();
}

const RETRY = `${RETRY_TRANSITION.from} --> ${RETRY_TRANSITION.to}`;
const SWEEP = `${SWEEP_TRANSITION.from} --> ${SWEEP_TRANSITION.to}`;

test('the diagram in the architecture page shows every transition, and no other', () => {
  const allowed = PAIRS.filter(([from, to]) => isTransition(from, to));
  const ordinary = allowed.map(([from, to]) => `${from} --> ${to}`);
  const arrows = [...ordinary, `${RETRY}: retry`, `${SWEEP}: sweep`];
  expect(documentedTransitions()).toEqual(arrows.sort());
});

test('no ordinary change of state is that of a retry', () => {
  expect(isTransition(RETRY_TRANSITION.from, RETRY_TRANSITION.to)).toBe(false);
});

test('exactly three states are final', () => {
  expect(ITEM_STATES.filter(isFinal)).toEqual(['done', 'skipped', 'failed']);
});

test('the stored order of the states never changes', () => {
  expect(ITEM_STATES.join(' ')).toBe('pending running waiting in-doubt done skipped failed');
});
