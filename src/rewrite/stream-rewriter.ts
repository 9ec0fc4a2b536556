import {
  CONTEXT,
  candidates,
  type Edit,
  type Finding,
  type ReferenceSettings,
  referenceReader,
} from './reference-edits.ts';

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
  #text = '';
  /** Up to here it was given out; the rest of the text before is kept as context. */
  #given = 0;
  /** From here on it is looked for candidates. */
  #searched = 0;
  #line = 1;
  #replaced = 0;
  #kept = 0;
  #bare = 0;

  /** `onChange` costs time: lines are counted for it. */
  constructor(settings: ReferenceSettings, onChange: ((change: Change) => void) | null = null) {
    this.#candidates = candidates(settings);
    this.#read = referenceReader(settings);
    this.#onChange = onChange;
  }

  /** How many references were rewritten, had to stay as they are, or are UUIDs in no URL. */
  get counts(): { readonly replaced: number; readonly kept: number; readonly bare: number } {
    return { replaced: this.#replaced, kept: this.#kept, bare: this.#bare };
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
      const lead = this.#text.slice(this.#given, edit.start);
      parts.push(lead, edit.next);
      if (this.#onChange !== null) this.#tell(edit, lead, this.#onChange);
      this.#replaced += 1;
      this.#given = edit.end;
    }
    this.#searched = Math.max(limit, this.#given);
    const rest = this.#text.slice(this.#given, Math.max(giveTo, this.#given));
    if (this.#onChange !== null) this.#line += lineEnds(rest);
    parts.push(rest);
    this.#given += rest.length;
    this.#forget();
    return parts.join('');
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
    if (finding === 'kept') this.#kept += 1;
    if (finding === 'bare') this.#bare += 1;
    if (finding === null || typeof finding === 'string') return null;
    return finding.start < this.#given ? null : finding;
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
    this.#given -= drop;
    this.#searched -= drop;
  }
}

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
