const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

/** Parses a size such as `10MiB`, `4 GB` or `1500` to bytes. Throws if the text is not a size. */
export function parseByteSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text);
  const unit = UNIT_BYTES[match?.[2] ?? '?'];
  if (match === null || unit === undefined) {
    throw new Error(`Expected a size such as \`10MiB\` or \`4GB\`, got \`${text.slice(0, 40)}\``);
  }
  return Math.floor(Number(match[1]) * unit);
}

/** Formats a size for people, such as `850 B`, `1.2 MB` or `34 GB`. 1 kB is 1,000 bytes. */
export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = 0;
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size < 9.95 && unit > 0 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}
