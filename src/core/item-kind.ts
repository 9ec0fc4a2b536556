/** The thing that an item of a source stands for. */
export type ItemKind = 'file' | 'group' | 'url' | 'path';

/**
 * How the service listed the items of a job: as `unstored` files, as `listed` ones, or not at all
 * (`unseen`), because a person named them.
 */
export type SeenAs = 'unstored' | 'listed' | 'unseen';
