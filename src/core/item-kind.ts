/** The kind of thing that an item of a source represents. */
export type ItemKind = 'file' | 'group' | 'url' | 'path';

/**
 * How the service listed the items of a job: as `unstored` files, as `listed` files, or not at all (`unseen`)
 * because a person named them.
 */
export type SeenAs = 'unstored' | 'listed' | 'unseen';
