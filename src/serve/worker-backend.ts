import { Worker } from 'node:worker_threads';
import { errorMessage } from '../core/error-message.ts';
import { threadFile } from '../package/own-files.ts';
import type { Answer, Backend, BackendOptions } from './backend.ts';

/** A message from the thread of the backend. */
export interface WorkerMessage {
  readonly id: number;
  readonly answer: Answer;
}

/** The largest heap of the thread, MB. A page has at most a hundred items and a thousand samples. */
const MAX_HEAP_MB = 256;

/**
 * Creates a backend that reads the ledgers in another thread, so that no query stops this one. If the thread ends, for
 * example because it has no memory left, the next question starts a new one.
 */
export function createWorkerBackend(
  options: BackendOptions,
  env: Readonly<Record<string, string | undefined>>,
): Backend {
  const open = new Map<number, (answer: Answer) => void>();
  let worker: Worker | null = null;
  let last = 0;
  const end = (why: string) => {
    worker = null;
    for (const answer of open.values()) answer({ ok: false, status: 500, error: why });
    open.clear();
  };
  const start = () => {
    const created = new Worker(threadFile(), {
      workerData: options,
      env: { ...env },
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    created.on('message', ({ id, answer }: WorkerMessage) => {
      open.get(id)?.(answer);
      open.delete(id);
    });
    created.on('error', (error) => end(`The ledgers can't be read: ${errorMessage(error)}`));
    created.on('exit', () => end('The ledgers are read no longer.'));
    return created;
  };
  return {
    answer: (question) =>
      new Promise((resolve) => {
        worker ??= start();
        last += 1;
        open.set(last, resolve);
        worker.postMessage({ id: last, question });
      }),
    close: async () => {
      await worker?.terminate();
    },
  };
}
