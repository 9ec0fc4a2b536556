import type { Send } from '../transport/send.ts';
import { type ProjectInfo, parseProjectInfo } from './wire/project-info.ts';

/** `/project/`: the cheapest request, used to check the keys. */
export interface ProjectApi {
  info(signal: AbortSignal): Promise<ProjectInfo>;
}

/** Makes the project endpoints for one transport. */
export function createProjectApi(send: Send): ProjectApi {
  return {
    async info(signal) {
      const request = { method: 'GET', target: '/project/', mutates: false, signal } as const;
      return parseProjectInfo(request, await send(request));
    },
  };
}
