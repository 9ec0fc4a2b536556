import { createHash } from 'node:crypto';
import { assertNever } from '../core/assert-never.ts';
import { errorMessage } from '../core/error-message.ts';
import { ClassifiedError } from '../core/failure.ts';
import type { RunId } from '../core/run.ts';
import { UserError, type UserErrorKind } from '../core/user-error.ts';
import type { World } from '../core/world.ts';
import { readPictureOrigins } from '../page-data/picture-origins.ts';
import { readGalleryPage, readItemsPage } from '../page-data/read-items-page.ts';
import { readRunPage } from '../page-data/read-run-page.ts';
import { RunListings } from '../page-data/run-listings.ts';
import { readLedgerSignature } from '../state/ledger-signature.ts';
import { statePaths } from '../state/state-paths.ts';
import { applyControl } from './apply-control.ts';
import type { Answer, Backend, BackendOptions, Question, Seen } from './backend.ts';
import { applyResolution, readDoubtPage } from './decide-doubt.ts';

/** Statuses of errors that the user can fix; 500 for all others. */
const STATUSES: Partial<Readonly<Record<UserErrorKind, 400 | 404 | 409>>> = {
  usage: 400,
  'not-found': 404,
  locked: 409,
  refused: 409,
};

/** Creates the backend that reads the ledgers of a state directory in this thread. */
export function createStateBackend(options: BackendOptions, world: World): Backend {
  const backend = new StateBackend(options, world);
  return {
    async answer(question) {
      try {
        return await backend.answer(question);
      } catch (error) {
        return refusal(error);
      }
    },
    close: async () => undefined,
  };
}

class StateBackend {
  readonly #options: BackendOptions;
  readonly #world: World;
  readonly #listings: RunListings;

  constructor(options: BackendOptions, world: World) {
    this.#options = options;
    this.#world = world;
    this.#listings = new RunListings(options.stateDirectory, world);
  }

  async answer(question: Question): Promise<Answer> {
    if (question.ask === 'changes') {
      const { run, seen } = question;
      return run === null ? this.#listingChanges(seen) : this.#runChanges(run, seen);
    }
    return { ok: true, text: JSON.stringify(await this.#read(question)) };
  }

  #read(question: Exclude<Question, { ask: 'changes' }>): Promise<object> {
    const [{ stateDirectory }, world] = [this.#options, this.#world];
    switch (question.ask) {
      case 'runs':
        return this.#listings.read();
      case 'run':
        return readRunPage(stateDirectory, question.run, world);
      case 'items':
        return readItemsPage(stateDirectory, question, world);
      case 'gallery':
        return readGalleryPage(stateDirectory, question, world);
      case 'origins':
        return readPictureOrigins(stateDirectory, world);
      case 'doubts':
        return readDoubtPage(question, this.#options, world);
      case 'control':
        return applyControl(question, this.#options, world);
      case 'resolve':
        return applyResolution(question, this.#options, world);
      default:
        return assertNever(question, 'question');
    }
  }

  async #listingChanges(seen: Seen | null): Promise<Answer> {
    const page = await this.#listings.read();
    const digest = digestOf(page.runs);
    const isNew = digest !== seen?.digest;
    const text = isNew ? JSON.stringify(page) : '';
    return { ok: true, text, seen: { signature: '', digest, sampleAt: 0 } };
  }

  async #runChanges(run: RunId, seen: Seen | null): Promise<Answer> {
    const { stateDirectory } = this.#options;
    const { clock, files } = this.#world;
    const place = { files, now: clock.now() };
    const signature = await readLedgerSignature(statePaths(stateDirectory), run, place);
    if (seen !== null && signature.isSure && signature.text === seen.signature) {
      return { ok: true, text: '', seen };
    }
    const { now, samples, ...page } = await readRunPage(stateDirectory, run, this.#world);
    const sampleAt = samples.at(-1)?.at ?? 0;
    const digest = digestOf({ ...page, sampleAt });
    const current = { signature: signature.text, digest, sampleAt };
    if (digest === seen?.digest) return { ok: true, text: '', seen: current };
    const newSamples = seen === null ? samples : samples.filter(({ at }) => at >= seen.sampleAt);
    const text = JSON.stringify({ now, ...page, samples: newSamples });
    return { ok: true, text, seen: current };
  }
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64');
}

function refusal(error: unknown): Answer {
  const status = error instanceof UserError ? (STATUSES[error.kind] ?? 500) : 500;
  const isKnown = error instanceof UserError || error instanceof ClassifiedError;
  const text = errorMessage(error);
  return { ok: false, status, error: isKnown ? text : `Unexpected error: ${text}` };
}
