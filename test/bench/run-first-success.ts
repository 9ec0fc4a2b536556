import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * `npm run bench:start`: measures the time from a new clone of this repository to the end of the demo, and the
 * time of each part. `--install COMMAND` replaces `npm ci`, for a machine that can't reach GitHub.
 */
const { values } = parseArgs({
  options: { install: { type: 'string', default: 'npm ci --no-audit --no-fund' } },
});

const parent = mkdtempSync(join(tmpdir(), 'ucbulk-start-'));
const checkout = join(parent, 'ucbulk');
try {
  const clone = await measure(
    `git clone --quiet --no-local "file://${process.cwd()}" ucbulk`,
    parent,
  );
  const install = await measure(values.install, checkout);
  // The build prints nothing but its own first line, and then the demo begins.
  const demo = await measure('npm run --silent demo', checkout, /^(?!Building).+/m);
  const parts = [
    ['clone', clone.totalMs],
    [values.install, install.totalMs],
    ["build, until the demo's first line", demo.firstMs],
    ['demo, to its end', demo.totalMs - demo.firstMs],
    ['in all', clone.totalMs + install.totalMs + demo.totalMs],
  ] as const;
  for (const [name, ms] of parts)
    process.stdout.write(`${(ms / 1000).toFixed(1).padStart(7)} s  ${name}\n`);
} finally {
  rmSync(parent, { recursive: true, force: true });
}

/**
 * Runs a command. Returns its time, and the time until its output matches `first`. Throws if the command fails.
 */
function measure(
  command: string,
  cwd: string,
  first?: RegExp,
): Promise<{ readonly totalMs: number; readonly firstMs: number }> {
  const start = performance.now();
  let [output, firstMs] = ['', 0];
  return new Promise((resolve, reject) => {
    const child = spawn(command, { cwd, shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (firstMs === 0 && first?.test(output) === true) firstMs = performance.now() - start;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve({ totalMs: performance.now() - start, firstMs });
      else reject(new Error(`\`${command}\` ended with ${code}:\n${output.slice(-2000)}`));
    });
  });
}
