import { parentPort, workerData } from 'node:worker_threads';
import { createSystemWorld } from '../world/system-world.ts';
import type { BackendOptions, Question } from './backend.ts';
import { createStateBackend } from './state-backend.ts';
import type { WorkerMessage } from './worker-backend.ts';

// The thread of `createWorkerBackend`.
const backend = createStateBackend(workerData as BackendOptions, createSystemWorld());
parentPort?.on('message', ({ id, question }: { id: number; question: Question }) => {
  void backend.answer(question).then((answer) => {
    parentPort?.postMessage({ id, answer } satisfies WorkerMessage);
  });
});
