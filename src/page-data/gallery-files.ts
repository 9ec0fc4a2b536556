import type { RunId } from '../core/run.ts';
import type { World } from '../core/world.ts';
import { LedgerReader } from '../ledger/ledger-reader.ts';
import { readRun } from '../state/read-runs.ts';
import { statePaths } from '../state/state-paths.ts';
import { escapedJson } from './escaped-json.ts';
import { createPageHtml, readPageAssets } from './page-html.ts';
import { pictureOrigins } from './pictures.ts';
import { openItems } from './read-items-page.ts';
import type { ItemEntry } from './shapes.ts';

/** Number of pairs in one file. */
const FILE_PAIRS = 500;

/** A file of a folder. */
export interface FolderFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Writes all pairs of pictures of a run as files of a folder; `index.html` is the last one. The pictures themselves
 * stay on the CDN. Null means the newest run.
 */
export async function* galleryFiles(
  stateDirectory: string,
  wanted: RunId | null,
  world: World,
): AsyncGenerator<FolderFile> {
  const assets = await readPageAssets();
  const { run, jobName } = await readRun(stateDirectory, wanted, world);
  const reader = LedgerReader.open(statePaths(stateDirectory).ledger(run));
  try {
    const files: string[] = [];
    let count = 0;
    for (const pairs of readPairs(reader)) {
      const name = `pairs-${files.length + 1}.js`;
      files.push(name);
      count += pairs.length;
      yield { name, text: `ucbulkPairs(${escapedJson(pairs)});\n` };
    }
    const gallery = { run, jobName, count, files, writtenAt: world.clock.now() };
    const start = { mode: 'gallery', canControl: false, report: null, gallery } as const;
    const rights = { pictures: pictureOrigins(reader), asks: 'files' } as const;
    yield { name: 'index.html', text: createPageHtml(assets, start, rights).html };
  } finally {
    reader.close();
  }
}

/** All pairs of a run in the order of the selection, up to 500 at a time. */
function* readPairs(reader: LedgerReader): Generator<readonly ItemEntry[]> {
  const { makers, describe } = openItems(reader);
  let after = 0;
  while (true) {
    const found = reader.findResults({ steps: makers, after, limit: FILE_PAIRS });
    const last = found.at(-1);
    if (last === undefined) return;
    after = last.record.seq;
    const pairs = found.map(describe).filter((pair) => pair.after !== null);
    if (pairs.length > 0) yield pairs;
  }
}
