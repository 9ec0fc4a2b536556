import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file that gets its final name only when it is complete. */
export interface AtomicFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Makes the written data durable. The file still has its temporary name. */
  flush(): Promise<void>;
  /** Renames the file to its final name and replaces an existing file. */
  commit(): Promise<void>;
  /** Removes the temporary file, unless it was committed. */
  discard(): Promise<void>;
}

/** The properties of the new file. */
export interface AtomicFileOptions {
  readonly path: string;
  readonly mode: number;
  /** Owner and group of the file, if they differ from those of the process. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Unique part of the temporary name. */
  readonly id: string;
}

/** Opens a temporary file in the folder of the final file. */
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

// Set the owner first, because a change of owner clears the set-id bits of the mode.
async function setOwner(handle: FileHandle, { owner, mode }: AtomicFileOptions): Promise<void> {
  if (owner !== undefined) {
    const { uid, gid } = await handle.stat();
    if (uid !== owner.uid || gid !== owner.gid) await handle.chown(owner.uid, owner.gid);
  }
  await handle.chmod(mode & 0o7777);
}

/**
 * Makes a rename durable by syncing its folder. Systems that cannot open folders do not need this.
 */
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
    // Ignore the failure: some network file systems can't sync a folder, and the rename has already happened.
  } finally {
    await handle.close();
  }
}
