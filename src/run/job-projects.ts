import type { Connection } from '../core/connection.ts';
import { UserError } from '../core/user-error.ts';
import type { Job } from '../job/job-schema.ts';
import type { LockedProject } from '../state/run-locks.ts';
import { requireKey } from './connection-from-env.ts';
import type { RunContext } from './run-request.ts';

/** A project that a job works on. */
export interface JobProject {
  /** Its name in the job file; undefined for the default one, which the context's connection is for. */
  readonly name: string | undefined;
  readonly connection: Connection;
}

/** Where the keys of a job's projects come from. */
type ProjectKeys = Pick<RunContext, 'connection' | 'env'>;

/** The projects of a job, the default one first; throws where a key is missing, or is another's. */
export function projectsOf(job: Job, context: ProjectKeys): readonly JobProject[] {
  const { connection } = context;
  const projects: JobProject[] = [{ name: undefined, connection }];
  for (const name of Object.keys(job.projects ?? {})) {
    const { publicKey, secretKey } = keysOf(name, job, context);
    const twin = projects.find((other) => other.connection.publicKey === publicKey);
    if (twin !== undefined) throw sameProject(twin.name, name);
    projects.push({ name, connection: { ...connection, publicKey, secretKey } });
  }
  return projects;
}

/** The variables that the keys of a job's projects are in. */
export function projectVariables({ projects = {} }: Job): string[] {
  const names = Object.values(projects).flatMap(({ publicKey, secretKey }) => [
    publicKey.env,
    secretKey.env,
  ]);
  return names.filter((name) => name !== undefined);
}

/** The job with its public keys put in: what a run keeps, and a resume compares. */
export function withPublicKeys(job: Job, projects: readonly JobProject[]): Job {
  if (job.projects === undefined) return job;
  const filled = Object.entries(job.projects).map(([name, { publicKey, ...rest }]) => {
    const key = projects.find((project) => project.name === name)?.connection.publicKey;
    return [name, { ...rest, publicKey: { ...publicKey, key } }] as const;
  });
  return { ...job, projects: Object.fromEntries(filled) };
}

/** The job that a run goes on with, with the public keys that the run began with. */
export function withKeptKeys(changed: Job | undefined, kept: Job): Job {
  if (changed?.projects === undefined) return changed ?? kept;
  const named = Object.entries(changed.projects).map(([name, { publicKey, ...rest }]) => {
    const key = publicKey.key ?? kept.projects?.[name]?.publicKey.key;
    return [name, { ...rest, publicKey: { ...publicKey, key } }] as const;
  });
  return { ...changed, projects: Object.fromEntries(named) };
}

/** The projects as their locks know them. */
export function lockedProjects(projects: readonly JobProject[]): LockedProject[] {
  return projects.map(({ name, connection }) => ({ name, publicKey: connection.publicKey }));
}

/** The projects of a run that needs no keys: those it began with. */
export function keptProjects(publicKey: string, { projects = {} }: Job): LockedProject[] {
  const named = Object.entries(projects).map(([name, project]) => {
    return { name, publicKey: project.publicKey.key ?? '' };
  });
  return [{ publicKey }, ...named];
}

function keysOf(
  name: string,
  { projects = {} }: Job,
  { env = {} }: ProjectKeys,
): Pick<Connection, 'publicKey' | 'secretKey'> {
  const { publicKey, secretKey } = projects[name] ?? {};
  const variables = [publicKey?.env, secretKey?.env].filter((variable) => variable !== undefined);
  const advice = `Nothing was sent. Set ${variables.join(' and ')} to the key${variables.length === 1 ? '' : 's'} of the project that the job calls ${name} (dashboard: API keys).`;
  const read = (variable = '') => requireKey(variable, env[variable], advice);
  const key = publicKey?.env === undefined ? (publicKey?.key ?? '') : read(publicKey.env);
  if (publicKey?.env !== undefined && publicKey.key !== undefined && publicKey.key !== key) {
    throw new UserError(
      'configuration',
      `The run works on project ${publicKey.key} as ${name}, but ${publicKey.env} is that of another one. Nothing was sent. Set the keys of ${publicKey.key}.`,
    );
  }
  return { publicKey: key, secretKey: read(secretKey?.env) };
}

function sameProject(first: string | undefined, second: string): UserError {
  const other = first === undefined ? 'the default one (UPLOADCARE_PUBLIC_KEY)' : first;
  return new UserError(
    'configuration',
    `The projects of the job are one and the same: ${second} has the public key of ${other}. Nothing was sent. Set the keys of another project.`,
  );
}
