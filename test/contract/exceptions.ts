import type { Interaction } from './recordings.ts';

/** A kind of recorded interaction that the emulator does not answer as recorded. */
export interface ReplayException {
  readonly reason: string;
  readonly applies: (interaction: Interaction, version: string) => boolean;
}

/** Every exception of the REST replay; a test fails if one of them matches after all. */
export const EXCEPTIONS: readonly ReplayException[] = [
  {
    reason:
      'a body of v0.5 (image_info and source) under the content type of v0.7: it was edited later',
    applies: ({ response }, version) => {
      const body = Object(response.body) as object;
      return version === '0.7' && 'image_info' in body && 'source' in body;
    },
  },
];
