import type { Mutant } from './mutants.ts';

const LISTS = 'test/integration/odd-lists-refused.test.ts';

/** Real lists and folders give the right items and columns. */
export const INPUT_PROTECTIONS: readonly Mutant[] = [
  {
    name: 'row-in-a-cell',
    protection: 'A quote inside a cell never hides the next row',
    file: 'src/sources/csv-cells.ts',
    from: "fault: value.includes('\\n') ? JOINED : null",
    to: "fault: value.includes('\\0') ? JOINED : null",
    red: { file: LISTS, test: 'inch marks in short rows' },
  },
  {
    name: 'second-file-dropped',
    protection: 'A row that names two files is refused',
    file: 'src/sources/file-names-source.ts',
    from: 'if (hasSeveralFiles(text)) {',
    to: 'if (hasSeveralFiles(text.slice(0, 9))) {',
    red: { file: 'test/integration/odd-lists.test.ts', test: 'two CDN URLs in a line' },
  },
  {
    name: 'column-by-case',
    protection: 'An exact column name has priority over another case',
    file: 'src/sources/find-name.ts',
    from: 'composed(one) === composed(name)',
    to: 'caseless(one) === caseless(name)',
    red: { file: 'test/integration/odd-lists.test.ts', test: 'the column as it is spelled' },
  },
  {
    name: 'other-encoding-skipped',
    protection: 'onBadRow: skip never skips a whole list in another encoding',
    file: 'src/sources/list-reader.ts',
    from: 'rejectOtherKinds(head, shape.name);',
    to: 'rejectOtherKinds(head.subarray(0, 1), shape.name);',
    red: { file: LISTS, test: 'UTF-16 without a mark' },
  },
  {
    name: 'no-folder-at-all',
    protection: 'The glob **/ also matches files of the folder itself',
    file: 'src/filters/path-glob.ts',
    from: "'$1{,*/}'",
    to: "'$1*/'",
    red: { file: 'test/integration/odd-folders.test.ts', test: 'match:' },
  },
  {
    name: 'password-as-host',
    protection: 'Part of a proxy password is never used as the host',
    file: 'src/world/proxy-settings.ts',
    from: '(?:[^/?#\\\\]*@)?([^/?#\\\\@]*)',
    to: '(?:[^/?#\\\\]*@)?([^/?#\\\\@]*).*',
    red: { file: 'test/integration/odd-surroundings.test.ts', test: 'me:12#ss@p.test' },
  },
];
