import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A new file that has a temporary name until it is complete. */
export interface AtomicFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Writes the data to the disk. The file still has its temporary name. */
  flush(): Promise<void>;
  /** Gives the file its final name. Replaces an existing file with this name. */
  commit(): Promise<void>;
  /** Removes the temporary file. Does nothing after `commit`. */
  discard(): Promise<void>;
}

/** The properties of the new file. */
export interface AtomicFileOptions {
  readonly path: string;
  readonly mode: number;
  /**
   * Owner and group that the file must have. If this is missing, the file belongs to the user of the process.
   */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Unique part of the temporary name. */
  readonly id: string;
}

/** Creates the temporary file, in the folder of the final file. */
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

// Sets the owner before the mode, because a change of the owner clears the set-user-id and set-group-id bits
// of the mode.
async function setOwner(handle: FileHandle, { owner, mode }: AtomicFileOptions): Promise<void> {
  if (owner !== undefined) {
    const { uid, gid } = await handle.stat();
    if (uid !== owner.uid || gid !== owner.gid) await handle.chown(owner.uid, owner.gid);
  }
  await handle.chmod(mode & 0o7777);
}

/**
 * Syncs a folder, so that a rename in it survives a power cut. Does nothing on systems that can't open
 * folders, because they don't need this.
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
    // The failure does not matter. Some network file systems can't sync a folder, and the file already has
    // its final name.
  } finally {
    await handle.close();
  }
}
