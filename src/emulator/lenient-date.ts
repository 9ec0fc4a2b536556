const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const DATE =
  /(\d{1,2})[ -]([A-Za-z]{3})[a-z]*,?[ -](\d{4}),?\s+(\d\d):(\d\d):(\d\d)(?:\s+(?:GMT|UTC?|Z|([+-]\d{4})))?\s*$/;

/**
 * Reads the Date of a request to milliseconds since 1970. The service takes RFC 2822 and also a
 * comma after the year, as one of its own clients sends it (api 1.2).
 */
export function parseLenientDate(text: string): number | undefined {
  const match = DATE.exec(text);
  const month = MONTHS.indexOf(match?.[2] ?? '?') / 3;
  if (match === null || !Number.isInteger(month)) return undefined;
  const [day, year, hour, minute, second] = [1, 3, 4, 5, 6].map((part) => Number(match[part]));
  const ms = Date.UTC(year ?? 0, month, day, hour, minute, second);
  return ms - zoneMinutes(match[7] ?? '+0000') * 60_000;
}

function zoneMinutes(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3));
  return zone.startsWith('-') ? -minutes : minutes;
}
