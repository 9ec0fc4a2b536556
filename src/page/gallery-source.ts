import type { GalleryData, ItemEntry } from '../page-data/shapes.ts';
import type { DataSource } from './data-source.ts';
import { scaledPicture } from './picture-url.ts';

declare global {
  /** Called by the files of pairs of a gallery folder. A page of a local file can read other files only as scripts. */
  var ucbulkPairs: ((pairs: readonly ItemEntry[]) => void) | undefined;
}

/** Reads the pairs of a gallery folder, one file at a time. */
export function gallerySource({ run, files }: GalleryData): DataSource {
  return {
    isLive: false,
    canControl: false,
    onlyRun: run,
    written: null,
    followRuns: () => () => undefined,
    followRun: () => () => undefined,
    items: unavailable,
    gallery: async (_, after) => {
      const place = Math.max(0, Number(after ?? 0) || 0);
      const file = files[place];
      const pairs = file === undefined ? [] : await loadPairs(file);
      return { pairs, next: place + 1 < files.length ? String(place + 1) : null };
    },
    doubt: unavailable,
    send: unavailable,
    picture: scaledPicture,
  };
}

function loadPairs(file: string): Promise<readonly ItemEntry[]> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    globalThis.ucbulkPairs = resolve;
    script.src = file;
    script.onload = () => script.remove();
    script.onerror = () =>
      reject(new Error(`The file ${file} of this gallery is missing. Copy the whole folder.`));
    document.head.append(script);
  });
}

async function unavailable(): Promise<never> {
  throw new Error('A gallery folder has pictures only.');
}
