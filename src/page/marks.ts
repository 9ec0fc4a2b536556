import { csvLine } from '../report/csv-line.ts';

/** A picture that a person marked as bad: the key of its item, its name, and the new file. */
export interface Mark {
  readonly key: string;
  readonly name: string | null;
  readonly picture: string | null;
}

/** Writes marked items as a CSV that a second job can use as its list. */
export function marksCsv(marks: readonly Mark[]): string {
  const rows = marks.map(({ key, name, picture }) => csvLine([key, name, picture]));
  return [csvLine(['item', 'name', 'picture']), ...rows].join('');
}

/** Marks an item, or removes its mark. */
export function toggleMark(marks: readonly Mark[], mark: Mark): readonly Mark[] {
  const rest = marks.filter(({ key }) => key !== mark.key);
  return rest.length < marks.length ? rest : [...marks, mark];
}

/** Reads the marks that the browser kept; none if the text is not from `JSON.stringify`. */
export function parseMarks(text: string | null): readonly Mark[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter(isMark) : [];
  } catch {
    return [];
  }
}

function isMark(value: unknown): value is Mark {
  return (
    typeof value === 'object' && value !== null && 'key' in value && typeof value.key === 'string'
  );
}
