import { readOwnText } from '../package/own-files.ts';

/** The version of the package; `unknown` if its package.json is not found. */
export function toolVersion(): string {
  return readVersion(() => readOwnText('package.json'));
}

/**
 * Reads the version from a package.json. Never throws, so that a report about a crash can contain the
 * version.
 */
export function readVersion(read: () => string): string {
  try {
    const manifest: unknown = JSON.parse(read());
    return isOwnManifest(manifest) ? manifest.version : 'unknown';
  } catch {
    return 'unknown';
  }
}

function isOwnManifest(manifest: unknown): manifest is { version: string } {
  const isObject = typeof manifest === 'object' && manifest !== null;
  if (!isObject || !('name' in manifest) || !('version' in manifest)) return false;
  return manifest.name === 'ucbulk' && typeof manifest.version === 'string';
}
