import { fileURLToPath } from 'node:url';

// The path is the same from src/package and from dist/chunks.
const ROOT = new URL('../../', import.meta.url);

/** The absolute path of a file or folder of this package, such as `jobs`. */
export function ownFile(path: string): string {
  return fileURLToPath(new URL(path, ROOT));
}
