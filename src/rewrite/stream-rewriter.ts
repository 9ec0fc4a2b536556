import type { LengthEdit } from './php-strings.ts';
import { type LengthPlan, NO_LENGTHS } from './plan-lengths.ts';
import {
  CONTEXT,
  candidates,
  type Edit,
  type Finding,
  type ReferenceSettings,
  referenceReader,
} from './reference-edits.ts';

/** Functions that the rewriter calls, and the new lengths of serialised PHP strings. */
export interface RewriteHooks {
  /**
   * Called for each replaced reference. Rewriting is slower with this function, because lines must be
   * counted.
   */
  readonly onChange?: (change: Change) => void;
  /** Called for each replacement that changes the length of the text. */
  readonly onLength?: (edit: LengthEdit) => void;
  readonly plan?: LengthPlan;
}

/** Number of references in a document, grouped by the result of the rewrite. */
export interface ReferenceCounts {
  readonly replaced: number;
  /** References that do not change because they have image operations, which the new URL can't have. */
  readonly kept: number;
  /** UUIDs of moved files that do not change because they are not part of a URL. */
  readonly bare: number;
  /** URLs that do not change because they show resized versions of moved pictures. */
  readonly sized: number;
  /**
   * References that do not change because ucbulk can't correct the length of the serialised PHP string around
   * them.
   */
  readonly serialised: number;
}

/**
 * A replaced reference, to show to the user: the old text, the new text, and the text of the line around
 * them. Each character of these texts is one byte.
 */
export interface Change {
  /** Line number, from 1. */
  readonly line: number;
  readonly before: string;
  readonly old: string;
  readonly next: string;
  readonly after: string;
}

const WINDOW = CONTEXT.after;
const SHOWN_AROUND = 60;

/**
 * Rewrites a text that arrives in pieces. The result does not depend on how the text is divided. To decide
 * which reference is at a position, the rewriter must know the text within `CONTEXT` around it. So it waits
 * until the text after the position has arrived.
 */
export class StreamRewriter {
  readonly #candidates: RegExp;
  readonly #read: ReturnType<typeof referenceReader>;
  readonly #onChange: ((change: Change) => void) | null;
  readonly #onLength: ((edit: LengthEdit) => void) | null;
  readonly #plan: LengthPlan;
  /** Index of the next entry of `#plan.lengths` to write. */
  #nextLength = 0;
  /** Position of the first character of `#text` in the document. */
  #base = 0;
  #text = '';
  /** The text before this index was already returned. It stays in memory because later decisions need it. */
  #returned = 0;
  /** The text before this index was already searched for references. */
  #searched = 0;
  #line = 1;
  readonly #counts = { replaced: 0, kept: 0, bare: 0, sized: 0, serialised: 0 };

  constructor(settings: ReferenceSettings, hooks: RewriteHooks = {}) {
    this.#candidates = candidates(settings);
    this.#read = referenceReader(settings);
    this.#onChange = hooks.onChange ?? null;
    this.#onLength = hooks.onLength ?? null;
    this.#plan = hooks.plan ?? NO_LENGTHS;
  }

  /** The counts so far. */
  get counts(): ReferenceCounts {
    return { ...this.#counts };
  }

  /**
   * Takes the next piece, in which each character is one byte. Returns the text that no later piece can
   * change.
   */
  push(piece: string): string {
    this.#text += piece;
    if (this.#text.length - this.#searched < 2 * WINDOW) return '';
    return this.#advance(this.#text.length - WINDOW, this.#text.length - WINDOW - CONTEXT.before);
  }

  /** Ends the input; returns the rest of the text. */
  end(): string {
    return this.#advance(this.#text.length, this.#text.length);
  }

  /**
   * Replaces the references before `limit`, and returns the text before `returnTo`. The text between these
   * two positions stays in memory: the next reference may begin there, because the start of a URL is before
   * its UUID.
   */
  #advance(limit: number, returnTo: number): string {
    const parts: string[] = [];
    for (const edit of this.#edits(limit)) {
      this.#writeLengths(edit.start, parts);
      const lead = this.#text.slice(this.#returned, edit.start);
      parts.push(lead, edit.next);
      if (this.#onChange !== null) this.#reportChange(edit, lead, this.#onChange);
      this.#counts.replaced += 1;
      this.#reportLength(edit);
      this.#returned = edit.end;
    }
    this.#writeLengths(Math.max(returnTo, this.#returned), parts);
    this.#searched = Math.max(limit, this.#returned);
    const rest = this.#text.slice(this.#returned, Math.max(returnTo, this.#returned));
    if (this.#onChange !== null) this.#line += lineEnds(rest);
    parts.push(rest);
    this.#returned += rest.length;
    this.#dropText();
    return parts.join('');
  }

  /**
   * Writes the new lengths of PHP strings that come before a position. A length is never inside a reference.
   */
  #writeLengths(before: number, parts: string[]): void {
    for (;;) {
      const length = this.#plan.lengths[this.#nextLength];
      if (length === undefined || length.start - this.#base >= before) return;
      const lead = this.#text.slice(this.#returned, length.start - this.#base);
      if (this.#onChange !== null) this.#line += lineEnds(lead);
      parts.push(lead, length.next);
      this.#returned = length.end - this.#base;
      this.#nextLength += 1;
    }
  }

  #reportLength({ start, end, next }: Edit): void {
    if (this.#onLength === null || next.length === end - start) return;
    const old = this.#text.slice(start, end);
    this.#onLength({ start: this.#base + start, end: this.#base + end, next, old });
  }

  *#edits(limit: number): Generator<Edit> {
    const pattern = this.#candidates;
    pattern.lastIndex = this.#searched;
    for (;;) {
      const candidate = pattern.exec(this.#text);
      if (candidate === null || candidate.index >= limit) return;
      const finding = this.#read(this.#text, candidate);
      const edit = this.#allowedEdit(finding);
      if (edit !== null) yield edit;
      pattern.lastIndex = edit === null ? candidate.index + 1 : edit.end;
    }
  }

  /**
   * Returns the replacement of a reference if it is allowed; otherwise null. Counts the references that do
   * not change.
   */
  #allowedEdit(finding: Finding): Edit | null {
    if (typeof finding === 'string') this.#counts[finding] += 1;
    if (finding === null || typeof finding === 'string') return null;
    if (finding.start < this.#returned) return null;
    if (!this.#plan.left.has(this.#base + finding.start)) return finding;
    this.#counts.serialised += 1;
    return null;
  }

  #reportChange(edit: Edit, lead: string, onChange: (change: Change) => void): void {
    this.#line += lineEnds(lead);
    const old = this.#text.slice(edit.start, edit.end);
    const before = this.#text.slice(Math.max(0, edit.start - SHOWN_AROUND), edit.start);
    const after = this.#text.slice(edit.end, edit.end + SHOWN_AROUND);
    onChange({
      line: this.#line,
      before: before.slice(before.lastIndexOf('\n') + 1),
      old,
      next: edit.next,
      after: after.split(/[\r\n]/, 1)[0] ?? '',
    });
  }

  #dropText(): void {
    const drop = Math.max(0, Math.min(this.#returned, this.#searched - CONTEXT.before));
    this.#text = this.#text.slice(drop);
    this.#base += drop;
    this.#returned -= drop;
    this.#searched -= drop;
  }
}

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
