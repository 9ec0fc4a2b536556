// Before the package is packed, makes the links in README.md absolute: the page of the package on npmjs.com shows the
// README without the files beside it. `--restore` undoes that. The links lead to the same files of the same version.

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ROOT } from './bundle.mjs';

/** Returns the text with absolute links in place of relative ones. */
export function absoluteLinks(text, version) {
  const folder = `https://unpkg.com/ucbulk@${version}/`;
  return text.replace(/\]\((?![a-z]+:|#)(?:\.\/)?([^)\s]+)\)/g, (_, path) => `](${folder}${path})`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [readme, kept] = [`${ROOT}README.md`, `${ROOT}.README.md.kept`];
  if (process.argv.includes('--restore')) {
    if (existsSync(kept)) renameSync(kept, readme);
  } else {
    const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
    // After a pack that was interrupted, the kept file is the real one.
    const text = readFileSync(existsSync(kept) ? kept : readme, 'utf8');
    writeFileSync(kept, text);
    writeFileSync(readme, absoluteLinks(text, version));
  }
}
