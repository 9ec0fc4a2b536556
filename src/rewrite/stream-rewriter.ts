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

/** What is to be done beside the references, and who is told of them. */
export interface RewriteHooks {
  /** Called for each reference that is rewritten; costs time: lines are counted for it. */
  readonly onChange?: (change: Change) => void;
  /** Called for each edit that changes the length of the text. */
  readonly onLength?: (edit: LengthEdit) => void;
  readonly plan?: LengthPlan;
}

/** How many references a text has, by what became of them. */
export interface ReferenceCounts {
  readonly replaced: number;
  /** They stay: what is new has no place for their operations. */
  readonly kept: number;
  /** UUIDs that are in no URL. */
  readonly bare: number;
  /** Sized pictures of moved source URLs; they stay. */
  readonly sized: number;
  /** They stay: they are in a serialised string whose length can't be put right. */
  readonly serialised: number;
}

/** One change as a person sees it. Texts are bytes, a character each. */
export interface Change {
  /** From 1. */
  readonly line: number;
  readonly before: string;
  readonly old: string;
  readonly next: string;
  readonly after: string;
}

const WINDOW = CONTEXT.after;
const SHOWN_AROUND = 60;

/**
 * Rewrites a text that comes in pieces of any size, as if it came whole. What is at a place is
 * decided by `CONTEXT` alone, so a place is looked at once that much of what follows is there.
 */
export class StreamRewriter {
  readonly #candidates: RegExp;
  readonly #read: ReturnType<typeof referenceReader>;
  readonly #onChange: ((change: Change) => void) | null;
  readonly #onLength: ((edit: LengthEdit) => void) | null;
  readonly #plan: LengthPlan;
  /** Place of the next length of the plan. */
  #nextLength = 0;
  /** Place of the text's first character in the document. */
  #base = 0;
  #text = '';
  /** Up to here it was given out; the rest of the text before is kept as context. */
  #given = 0;
  /** From here on it is looked for candidates. */
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

  /** What was found so far. */
  get counts(): ReferenceCounts {
    return { ...this.#counts };
  }

  /** Takes bytes, a character each; gives what is decided. */
  push(piece: string): string {
    this.#text += piece;
    if (this.#text.length - this.#searched < 2 * WINDOW) return '';
    return this.#advance(this.#text.length - WINDOW, this.#text.length - WINDOW - CONTEXT.before);
  }

  /** Nothing comes any more: gives the rest. */
  end(): string {
    return this.#advance(this.#text.length, this.#text.length);
  }

  /** Looks at the candidates before `limit`, and gives what lies before `giveTo`: a reference may begin before its UUID. */
  #advance(limit: number, giveTo: number): string {
    const parts: string[] = [];
    for (const edit of this.#edits(limit)) {
      this.#writeLengths(edit.start, parts);
      const lead = this.#text.slice(this.#given, edit.start);
      parts.push(lead, edit.next);
      if (this.#onChange !== null) this.#tell(edit, lead, this.#onChange);
      this.#counts.replaced += 1;
      this.#noteLength(edit);
      this.#given = edit.end;
    }
    this.#writeLengths(Math.max(giveTo, this.#given), parts);
    this.#searched = Math.max(limit, this.#given);
    const rest = this.#text.slice(this.#given, Math.max(giveTo, this.#given));
    if (this.#onChange !== null) this.#line += lineEnds(rest);
    parts.push(rest);
    this.#given += rest.length;
    this.#forget();
    return parts.join('');
  }

  /** Writes the planned lengths that begin before a place; they are in no reference. */
  #writeLengths(before: number, parts: string[]): void {
    for (;;) {
      const length = this.#plan.lengths[this.#nextLength];
      if (length === undefined || length.start - this.#base >= before) return;
      const lead = this.#text.slice(this.#given, length.start - this.#base);
      if (this.#onChange !== null) this.#line += lineEnds(lead);
      parts.push(lead, length.next);
      this.#given = length.end - this.#base;
      this.#nextLength += 1;
    }
  }

  #noteLength({ start, end, next }: Edit): void {
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
      const edit = this.#editIn(finding);
      if (edit !== null) yield edit;
      pattern.lastIndex = edit === null ? candidate.index + 1 : edit.end;
    }
  }

  /** The edit where there is one to make; what stays is counted. */
  #editIn(finding: Finding): Edit | null {
    if (typeof finding === 'string') this.#counts[finding] += 1;
    if (finding === null || typeof finding === 'string') return null;
    if (finding.start < this.#given) return null;
    if (!this.#plan.left.has(this.#base + finding.start)) return finding;
    this.#counts.serialised += 1;
    return null;
  }

  #tell(edit: Edit, lead: string, onChange: (change: Change) => void): void {
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

  #forget(): void {
    const drop = Math.max(0, Math.min(this.#given, this.#searched - CONTEXT.before));
    this.#text = this.#text.slice(drop);
    this.#base += drop;
    this.#given -= drop;
    this.#searched -= drop;
  }
}

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
