import type { Connection } from '../core/connection.ts';
import { UserError } from '../core/user-error.ts';
import type { Job } from '../job/job-schema.ts';
import type { LockedProject } from '../state/run-locks.ts';
import { requireKey } from './connection-from-env.ts';
import type { RunContext } from './run-request.ts';
import { queryVariable } from './source-query.ts';

/** A project of a job. */
export interface JobProject {
  /**
   * Name of the project in the job file. Undefined for the default project, whose keys are in the context's
   * `connection`.
   */
  readonly name: string | undefined;
  readonly connection: Connection;
}

/** The parts of the context that contain the keys of a job's projects. */
type ProjectKeys = Pick<RunContext, 'connection' | 'env'>;

/**
 * Finds the keys of all projects of a job, the default project first. Throws a `UserError` if a key is
 * missing or belongs to another project.
 */
export function resolveProjects(job: Job, context: ProjectKeys): readonly JobProject[] {
  const { connection } = context;
  const projects: JobProject[] = [{ name: undefined, connection }];
  for (const name of Object.keys(job.projects ?? {})) {
    const { publicKey, secretKey } = readKeys(name, job, context);
    const twin = projects.find((other) => other.connection.publicKey === publicKey);
    if (twin !== undefined) throw sameProjectError(twin.name, name);
    projects.push({ name, connection: { ...connection, publicKey, secretKey } });
  }
  return projects;
}

/**
 * The environment variables that a run of the job reads: the keys of its projects, and the query of its URLs.
 */
export function jobVariables(job: Job): string[] {
  const { projects = {} } = job;
  const names = Object.values(projects).flatMap(({ publicKey, secretKey }) => [
    publicKey.env,
    secretKey.env,
  ]);
  return [...names, queryVariable(job)].filter((name) => name != null);
}

/**
 * Adds the public keys of its projects to a job. The ledger stores this job, and a resume compares the new
 * job with it.
 */
export function withPublicKeys(job: Job, projects: readonly JobProject[]): Job {
  if (job.projects === undefined) return job;
  const filled = Object.entries(job.projects).map(([name, { publicKey, ...rest }]) => {
    const key = projects.find((project) => project.name === name)?.connection.publicKey;
    return [name, { ...rest, publicKey: { ...publicKey, key } }] as const;
  });
  return { ...job, projects: Object.fromEntries(filled) };
}

/** The changed job for a resume, with the public keys that the run had at its start. */
export function withStoredKeys(changed: Job | undefined, stored: Job): Job {
  if (changed?.projects === undefined) return changed ?? stored;
  const named = Object.entries(changed.projects).map(([name, { publicKey, ...rest }]) => {
    const key = publicKey.key ?? stored.projects?.[name]?.publicKey.key;
    return [name, { ...rest, publicKey: { ...publicKey, key } }] as const;
  });
  return { ...changed, projects: Object.fromEntries(named) };
}

/** The projects whose locks a new run needs. */
export function lockedProjects(projects: readonly JobProject[]): LockedProject[] {
  return projects.map(({ name, connection }) => ({ name, publicKey: connection.publicKey }));
}

/** The projects whose locks an existing run needs. Does not read the secret keys. */
export function storedProjects(publicKey: string, { projects = {} }: Job): LockedProject[] {
  const named = Object.entries(projects).map(([name, project]) => {
    return { name, publicKey: project.publicKey.key ?? '' };
  });
  return [{ publicKey }, ...named];
}

function readKeys(
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

function sameProjectError(first: string | undefined, second: string): UserError {
  const other = first === undefined ? 'the default one (UPLOADCARE_PUBLIC_KEY)' : first;
  return new UserError(
    'configuration',
    `Two projects of the job are the same project: ${second} has the public key of ${other}. Nothing was sent. Set the keys of another project.`,
  );
}
