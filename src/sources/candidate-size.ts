import { readObjectDetails } from '../s3/object-details.ts';
import type { Candidate } from './source.ts';

/** Size of an item in bytes: of the file, the local file or the object. Null if it is not known. */
export function candidateSize({ key, facts, details = null }: Candidate): number | null {
  if (facts !== null) return facts.size;
  const size = readObjectDetails({ key, details })?.size ?? details?.['size'];
  return typeof size === 'number' ? size : null;
}
