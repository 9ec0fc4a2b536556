import { SOURCES } from '../../src/sources/all-sources.ts';
import type { SourceDescriptor } from '../../src/sources/descriptor.ts';
import { optionsIn, row, table } from './markdown-table.ts';

const WHERE_WORDS: Readonly<Record<SourceDescriptor['tellsFacts'], string>> = {
  always: 'yes',
  never: 'no',
  files: 'for files',
};

/** The tables of docs/job-files.md by region: all sources, and the options of each. */
export function sourceTables(): Map<string, string> {
  const glance = SOURCES.map((source: SourceDescriptor) => {
    const { kind, summary, tellsFacts, filtersBy } = source;
    const own = filtersBy?.map((name) => `\`${name}\``).join(', ');
    return row([`[\`${kind}\`](#${kind})`, summary, own ?? WHERE_WORDS[tellsFacts]]);
  });
  const tables = new Map([['all sources', table(['key', 'gives', '`where`'], glance)]]);
  for (const { kind, options } of SOURCES) {
    // Only ucbulk writes the facts about own code.
    const written = optionsIn(options).filter(({ name }) => !/^code(\.|$)/.test(name));
    const rows = written.map(({ name, value, byDefault, meaning }) =>
      row([`\`${name}\``, value, byDefault, meaning]),
    );
    if (rows.length === 0) continue;
    tables.set(kind, table([`key of \`${kind}\``, 'value', 'default', 'meaning'], rows));
  }
  return tables;
}
