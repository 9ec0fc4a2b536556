import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file that appears under its name whole, or not at all. */
export interface AtomicFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Makes what was written durable; it is still under its temporary name. */
  flush(): Promise<void>;
  /** Puts it under its name, in the place of what was there. */
  commit(): Promise<void>;
  /** Removes what was written, unless it was committed. */
  discard(): Promise<void>;
}

/** What the file is to be like. */
export interface AtomicFileOptions {
  readonly path: string;
  readonly mode: number;
  /** Owner and group, where they have to be another's. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Part of the temporary name; no two are the same. */
  readonly id: string;
}

/** Opens a temporary file in the folder of the one it is to become. */
export async function createAtomicFile(options: AtomicFileOptions): Promise<AtomicFile> {
  const folder = dirname(options.path);
  const temporary = join(folder, `.ucbulk-${options.id}.tmp`);
  const handle = await open(temporary, 'wx', 0o600);
  let isOpen = true;
  let isCommitted = false;
  const close = async () => {
    if (isOpen) await handle.close();
    isOpen = false;
  };
  const file: AtomicFile = {
    async write(bytes) {
      await handle.writeFile(bytes);
    },
    async flush() {
      await handle.sync();
      await close();
    },
    async commit() {
      if (isOpen) await file.flush();
      await rename(temporary, options.path);
      isCommitted = true;
      await syncFolder(folder);
    },
    async discard() {
      await close();
      if (!isCommitted) await rm(temporary, { force: true });
    },
  };
  try {
    await setOwner(handle, options);
    return file;
  } catch (error) {
    await file.discard();
    throw error;
  }
}

// The owner first: a change of owner takes the set-id bits away.
async function setOwner(handle: FileHandle, { owner, mode }: AtomicFileOptions): Promise<void> {
  if (owner !== undefined) {
    const { uid, gid } = await handle.stat();
    if (uid !== owner.uid || gid !== owner.gid) await handle.chown(owner.uid, owner.gid);
  }
  await handle.chmod(mode & 0o7777);
}

/** A rename is durable once its folder is; where folders can't be opened, it is so by itself. */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(folder, 'r');
  } catch {
    return;
  }
  try {
    await handle.sync();
  } catch {
    // Some network file systems can't; the file is in its place all the same.
  } finally {
    await handle.close();
  }
}
