/** The kind of thing that an item of a source represents. */
export type ItemKind = 'file' | 'group' | 'url' | 'path' | 'object';

/**
 * How ucbulk found the files of a job. `unstored`: in a listing of unstored files. `listed`: in any other
 * listing. `unseen`: in no listing, because a person named them.
 */
export type SeenAs = 'unstored' | 'listed' | 'unseen';
