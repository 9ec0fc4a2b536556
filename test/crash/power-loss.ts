import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A folder that may lose its power: what processes in it synced is kept beside it by
 * `power-loss.c`, which they are started with.
 */
export interface PoweredFolder {
  /** Above the folder that is cut: a new folder's name must be made durable too. */
  readonly root: string;
  /** The name of the folder that is cut, in `root`. */
  readonly name: string;
  /** Where the durable copies are; not in `root`. */
  readonly durable: string;
}

/** What the disk wrote of its own accord before the cut, of all that nobody had made durable. */
export type Leftover = (() => number) | 'nothing';

/** A file or a folder: its inode tells which. */
interface Entry {
  readonly kind: 'f' | 'd';
  readonly inode: string;
  readonly name: string;
}

const PAGE_BYTES = 4096;

/** Why no power can be cut on this machine; null where it can. */
export function noPowerLoss(): string | null {
  if (process.platform !== 'linux') return 'LD_PRELOAD and /proc are needed, which are of Linux';
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'there is no C compiler (`cc`)';
  }
}

let library: string | null = null;

/** The environment of a process that works in the folder. */
export function powered({ root, durable }: PoweredFolder): Record<string, string> {
  library ??= compile();
  return { LD_PRELOAD: library, UCBULK_POWER_ROOT: root, UCBULK_POWER_DURABLE: durable };
}

function compile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ucbulk-power-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const made = join(directory, 'power-loss.so');
  const source = fileURLToPath(new URL('power-loss.c', import.meta.url));
  execFileSync('cc', ['-O1', '-shared', '-fPIC', '-o', made, source, '-ldl', '-lpthread']);
  return made;
}

/** Everything that is in the folder counts as durable from now on. */
export function makeDurable({ root, name, durable }: PoweredFolder): void {
  rmSync(durable, { recursive: true, force: true });
  for (const kind of ['contents', 'folders']) mkdirSync(join(durable, kind), { recursive: true });
  const there = entriesOf(root).filter((entry) => entry.name === name);
  note(durable, inodeOf(root), there);
  for (const entry of there) record(entry, join(root, name), durable);
}

function record({ kind, inode }: Entry, path: string, durable: string): void {
  if (kind === 'f') {
    writeFileSync(join(durable, 'contents', inode), readFileSync(path));
    return;
  }
  const entries = entriesOf(path);
  note(durable, inode, entries);
  for (const entry of entries) record(entry, join(path, entry.name), durable);
}

function note(durable: string, inode: string, entries: readonly Entry[]): void {
  const lines = entries.map((entry) => `${entry.kind} ${entry.inode} ${entry.name}\n`);
  writeFileSync(join(durable, 'folders', inode), lines.join(''));
}

/** Leaves in the folder what a cut of the power leaves of it; no process may be at work there. */
export function losePower(folder: PoweredFolder, leftover: Leftover = 'nothing'): void {
  const { root, name, durable } = folder;
  const cut = new PowerCut(durable, leftover);
  const [top] = cut
    .entriesIn({ inode: inodeOf(root), path: root })
    .filter((entry) => entry.name === name);
  const restored = join(root, `${name}.restored`);
  if (top !== undefined) cut.restore(top, join(root, name), restored);
  rmSync(join(root, name), { recursive: true, force: true });
  if (top !== undefined) renameSync(restored, join(root, name));
  makeDurable(folder);
}

class PowerCut {
  readonly #durable: string;
  readonly #random: () => number;

  constructor(durable: string, leftover: Leftover) {
    this.#durable = durable;
    this.#random = leftover === 'nothing' ? () => 1 : leftover;
  }

  /** The names in a folder: as they were synced, or as they were last. */
  entriesIn({ inode, path }: { inode: string; path: string }): Entry[] {
    const last = entriesOf(path);
    if (this.#random() < 0.5) return last;
    const synced = readOrNull(join(this.#durable, 'folders', inode))?.toString('utf8') ?? '';
    return synced.split('\n').filter(Boolean).map(parseEntry);
  }

  restore({ kind, inode }: Entry, from: string, to: string): void {
    if (kind === 'f') {
      writeFileSync(to, this.#bytesOf(inode, from), { mode: 0o600 });
      return;
    }
    mkdirSync(to, { mode: 0o700 });
    for (const entry of this.entriesIn({ inode, path: from })) {
      this.restore(entry, join(from, pathNow(from, entry)), join(to, entry.name));
    }
  }

  /** Page by page what was synced or what was written last. */
  #bytesOf(inode: string, path: string): Buffer {
    const synced = readOrNull(join(this.#durable, 'contents', inode)) ?? Buffer.alloc(0);
    const last = existsSync(path) && inodeOf(path) === inode ? readFileSync(path) : synced;
    const length = this.#random() < 0.5 ? last.length : synced.length;
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length; at += PAGE_BYTES) {
      const source = this.#random() < 0.5 ? last : synced;
      bytes.set(source.subarray(at, Math.min(at + PAGE_BYTES, length)), at);
    }
    return bytes;
  }
}

/** The name that a file or folder has by now, where it was renamed and the folder not synced. */
function pathNow(folder: string, { inode, name }: Entry): string {
  return entriesOf(folder).find((entry) => entry.inode === inode)?.name ?? name;
}

function entriesOf(folder: string): Entry[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => ({
      kind: entry.isFile() ? 'f' : 'd',
      inode: inodeOf(join(folder, entry.name)),
      name: entry.name,
    }));
}

function parseEntry(line: string): Entry {
  const [, kind, inode = '', name = ''] = /^([fd]) (\d+) (.*)$/.exec(line) ?? [];
  return { kind: kind === 'd' ? 'd' : 'f', inode, name };
}

function inodeOf(path: string): string {
  return statSync(path, { bigint: true }).ino.toString();
}

function readOrNull(path: string): Buffer | null {
  return existsSync(path) ? readFileSync(path) : null;
}
