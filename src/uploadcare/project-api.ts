import type { Send } from '../transport/send.ts';
import { type ProjectInfo, parseProjectInfo } from './wire/project-info.ts';

/** The endpoint `/project/`. It is the cheapest request, so ucbulk uses it to check the API keys. */
export interface ProjectApi {
  info(signal: AbortSignal): Promise<ProjectInfo>;
}

export function createProjectApi(send: Send): ProjectApi {
  return {
    async info(signal) {
      const request = { method: 'GET', target: '/project/', mutates: false, signal } as const;
      return parseProjectInfo(request, await send(request));
    },
  };
}
