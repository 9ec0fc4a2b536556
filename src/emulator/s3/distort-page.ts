import { mixBits } from '../core/integer-hash.ts';
import type { Distortion } from '../faults/distort-answer.ts';
import type { S3Object } from './s3-object.ts';

/** A page of a listing. */
export interface ListPage {
  readonly objects: readonly S3Object[];
  readonly isTruncated: boolean;
}

const FOREIGN_ENDING = '-foreign';

/**
 * Puts the mistake `what` into a page of a listing. `first` returns the first page of the same listing.
 * Mistakes that only the REST API can have change nothing.
 */
export function distortPage(what: Distortion, page: ListPage, first: () => ListPage): ListPage {
  const { objects, isTruncated } = page;
  switch (what) {
    case 'empty-page':
      return { objects: [], isTruncated: true };
    case 'repeated-page':
      return { objects: first().objects, isTruncated: true };
    case 'shuffled':
      return { objects: shuffled(objects), isTruncated };
    case 'duplicated':
      return { objects: [...objects.slice(0, 1), ...objects], isTruncated };
    case 'missing':
      return { objects: objects.slice(1), isTruncated };
    case 'foreign':
      return { objects: [...objects, ...objects.slice(-1).map(foreign)], isTruncated };
    case 'wrong-totals':
    case 'as-problems':
    case 'skipped-page':
    case 'other-origin':
    case 'extra-fields':
      return page;
  }
}

function shuffled(objects: readonly S3Object[]): S3Object[] {
  const keyed = objects.map((object, place) => ({ object, rank: mixBits(objects.length, place) }));
  return keyed.sort((a, b) => a.rank - b.rank).map(({ object }) => object);
}

function foreign(object: S3Object): S3Object {
  return { ...object, key: object.key + FOREIGN_ENDING };
}
