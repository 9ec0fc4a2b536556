import type { ComponentChildren } from 'preact';
import type { ItemState } from '../core/item-state.ts';
import type { StateCounts } from '../core/state-counts.ts';
import { visiblePieces } from './visible-text.ts';
import { STATES, stateName } from './words.ts';

/** A text that nobody can trust, such as a file name: isolated, with invisible characters shown as escapes. */
export function Text({ of }: { readonly of: string }) {
  return (
    <bdi>
      {visiblePieces(of).map(({ text, isEscape }) =>
        isEscape ? <span class="escape">{text}</span> : text,
      )}
    </bdi>
  );
}

/** A text of ucbulk, in which backticks mark what a person can type. */
export function Prose({ of }: { readonly of: string }) {
  return (
    <>
      {of
        .split('`')
        .map((part, index) => (index % 2 === 1 ? <code>{part}</code> : <Text of={part} />))}
    </>
  );
}

/** A part of a view with a heading. */
export function Section(props: {
  readonly title: string;
  readonly class?: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <section class={`card ${props.class ?? ''}`}>
      <div class="head">
        <h2>{props.title}</h2>
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}

/** The name of a state of items, with a dot in its colour. */
export function State({ of }: { readonly of: ItemState }) {
  return (
    <span class="state">
      <i class={`dot ${of}`} />
      {stateName(of)}
    </span>
  );
}

/** A bar with a piece for each state of items. `whole` is the number of items of the full bar. */
export function StateBar({ counts, whole }: { counts: Partial<StateCounts>; whole: number }) {
  const pieces = STATES.filter(([state]) => (counts[state] ?? 0) > 0 && state !== 'pending');
  return (
    <div class="bar" aria-hidden="true">
      {pieces.map(([state]) => (
        <i key={state} class={state} style={{ flexGrow: counts[state] ?? 0 }} />
      ))}
      <i
        style={{ flexGrow: Math.max(0, whole - sum(pieces.map(([state]) => counts[state] ?? 0))) }}
      />
    </div>
  );
}

/** A command for a shell that can be copied. */
export function Command({ text }: { readonly text: string }) {
  return <code class="command">{text}</code>;
}

/** A sentence in place of something that is not there. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
