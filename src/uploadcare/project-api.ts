import type { Send } from '../transport/send.ts';
import { type ProjectInfo, parseProjectInfo } from './wire/project-info.ts';

/** `/project/`: the cheapest request there is, and the proof that the keys are good. */
export interface ProjectApi {
  info(signal: AbortSignal): Promise<ProjectInfo>;
}

/** The project endpoints over one transport. */
export function createProjectApi(send: Send): ProjectApi {
  return {
    async info(signal) {
      const request = { method: 'GET', target: '/project/', mutates: false, signal } as const;
      return parseProjectInfo(request, await send({ ...request, lane: 'probe' }));
    },
  };
}
