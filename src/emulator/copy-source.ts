/** What a copy takes: a file, and the operations of the CDN URL if there were any. */
export interface CopySource {
  readonly uuid: string;
  /** E.g. `-/resize/10x10`; empty for the file as it is. */
  readonly effects: string;
}

const SOURCE =
  /^(?:https?:\/\/[^/\s]+\/|\/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(\/\S*)?$/i;

/** Reads a UUID, `uuid/-/operations/` or a CDN URL (api 3.6); undefined for anything else. */
export function parseCopySource(text: string): CopySource | undefined {
  const match = SOURCE.exec(text);
  if (match === null) return undefined;
  const [, uuid = '', rest = ''] = match;
  const hasEffects = rest.startsWith('/-/');
  // Behind the last slash comes a file name, which the CDN ignores.
  const effects = hasEffects ? rest.slice(1, rest.lastIndexOf('/')) : '';
  return { uuid: uuid.toLowerCase(), effects };
}
