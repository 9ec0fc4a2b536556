// The files with which ucbulk is installed without npm: Dockerfile, action.yml and a Homebrew formula. All have the version
// of package.json and the same version of Node. `node config/install-files.mjs` writes Dockerfile and action.yml;
// with `--tarball FILE`, also dist/ucbulk.rb for the tarball that `npm pack` wrote.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ROOT } from './bundle.mjs';

const NODE = 22;

/** The Dockerfile. It builds the image from a checkout. */
export function dockerfile() {
  return `# Written by config/install-files.mjs. docs/install.md describes how to use the image.
FROM node:${NODE}-bookworm AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Compiles SQLite with the headers of the image, if no binary of it can be downloaded.
RUN npm_config_nodedir=/usr/local npm ci
COPY . .
RUN npm pack --silent && mkdir /app && npm_config_nodedir=/usr/local npm install --prefix /app ./ucbulk-*.tgz

FROM node:${NODE}-bookworm-slim
ENV NODE_ENV=production UCBULK_STATE=/state
COPY --from=build /app /app
RUN ln -s /app/node_modules/.bin/ucbulk /usr/local/bin/ucbulk && mkdir /state && chown node:node /state
USER node
WORKDIR /work
VOLUME /state
# The exec form: signals reach ucbulk, which then finishes its open requests.
ENTRYPOINT ["ucbulk"]
CMD ["--help"]
`;
}

/** The composite GitHub Action. */
export function action(version) {
  return `# Written by config/install-files.mjs.
name: ucbulk
description: Run a ucbulk command on the files of an Uploadcare project.
inputs:
  args:
    description: The command line after ucbulk, such as run job.yaml --yes --quiet
    required: true
  version:
    description: The version of ucbulk
    default: ${version}
runs:
  using: composite
  steps:
    - uses: actions/setup-node@v4
      with:
        node-version: ${NODE}
    - shell: bash
      env:
        UCBULK_VERSION: \${{ inputs.version }}
        UCBULK_ARGS: \${{ inputs.args }}
      # The variables keep text of the inputs from becoming part of the script. xargs splits the words, and expands nothing.
      run: printf '%s' "$UCBULK_ARGS" | xargs npx --yes "ucbulk@$UCBULK_VERSION"
`;
}

/** The Homebrew formula for a tarball of the npm registry. */
export function formula({ version, description, license }, sha256) {
  return `# Written by config/install-files.mjs.
class Ucbulk < Formula
  desc "${description.split(':')[0]}"
  homepage "https://www.npmjs.com/package/ucbulk"
  url "https://registry.npmjs.org/ucbulk/-/ucbulk-${version}.tgz"
  sha256 "${sha256}"
  license "${license}"

  depends_on "node@${NODE}"

  def install
    system "npm", "install", *std_npm_args
    bin.install_symlink Dir["#{libexec}/bin/*"]
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/ucbulk --version")
  end
end
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
  writeFileSync(`${ROOT}Dockerfile`, dockerfile());
  writeFileSync(`${ROOT}action.yml`, action(manifest.version));
  const at = process.argv.indexOf('--tarball');
  if (at !== -1) {
    const sha256 = createHash('sha256')
      .update(readFileSync(process.argv[at + 1]))
      .digest('hex');
    writeFileSync(`${ROOT}dist/ucbulk.rb`, formula(manifest, sha256));
  }
}
