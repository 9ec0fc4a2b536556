// Writes dist/third-party-licenses.txt: the license of each package whose code is in the bundles.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { ROOT } from './bundle.mjs';

/** The folders of the packages in these bundles, such as `node_modules/zod`. */
function bundledPackages(metafiles) {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = inputs.map(
    (path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0],
  );
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(
    readFileSync(`${ROOT}${folder}/package.json`, 'utf8'),
  );
  const file = readdirSync(`${ROOT}${folder}`).find((path) => /^licen[cs]e/i.test(path));
  const text = file === undefined ? '' : readFileSync(`${ROOT}${folder}/${file}`, 'utf8').trim();
  return `${name} ${version} (${license})\n\n${text}`;
}

/** Writes the licenses of all packages in these bundles. */
export function writeThirdPartyLicenses(metafiles) {
  const licenses = [...new Set(bundledPackages(metafiles).map(licenseOf))];
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  const text = ['ucbulk contains code of these packages.', ...licenses].join(line);
  writeFileSync(`${ROOT}dist/third-party-licenses.txt`, `${text}\n`);
}
