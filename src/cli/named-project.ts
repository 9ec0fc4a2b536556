// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of a job file.
import type { Job } from '../job/job-schema.ts';

/** The key `projects` of a new job that uses one project of another job; undefined for the default project. */
export function namedProject({ projects }: Job, name: string | undefined): object | undefined {
  const named = name === undefined ? undefined : projects?.[name];
  if (name === undefined || named === undefined) return undefined;
  const { publicKey, secretKey } = named;
  return {
    [name]: { publicKey: publicKey.key ?? '', secretKey: `\${{ env.${secretKey.env} }}` },
  };
}
