/** Cuts a long file name in its middle, so that its beginning and its ending stay visible. */
export function shortenName(name: string, maxLength: number): string {
  const points = [...name];
  if (points.length <= maxLength) return name;
  return `${points.slice(0, maxLength - 11).join('')}…${points.slice(-10).join('')}`;
}
