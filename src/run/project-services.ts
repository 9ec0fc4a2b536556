import { ClassifiedError, failureOf } from '../core/failure.ts';
import type { Catalog } from '../ledger/catalog.ts';
import type { JobProject } from './job-projects.ts';
import { openService, type Service, type ServiceOptions } from './open-service.ts';
import type { Connection, RunContext } from './run-request.ts';

/** A project, opened: a client, a gate and a clock of its own. */
export interface OpenProject extends JobProject {
  readonly service: Service;
}

/** The services of a run, one a project. */
export interface ProjectServices {
  /** The default project first. */
  readonly all: readonly OpenProject[];
  /** By the name in the job; undefined is the default project. */
  of(name: string | undefined): OpenProject;
  close(): Promise<void>;
}

/** A learned rate older than this says little about today's. */
const RATE_FRESH_MS = 7 * 24 * 3_600_000;

/** Opens every project and asks for it: good keys, and its service's clock. */
export async function openServices(
  projects: readonly JobProject[],
  options: Omit<ServiceOptions, 'connection' | 'learnedRate'> & { catalog: Catalog | null },
): Promise<ProjectServices> {
  const { context, catalog, halt } = options;
  const all = projects.map((project): OpenProject => {
    const { connection } = project;
    const service = openService({
      ...options,
      connection,
      learnedRate: learnedRate(connection, context, catalog),
    });
    return { ...project, service };
  });
  const close = async (): Promise<void> => {
    await Promise.all(all.map(({ service }) => service.close()));
  };
  try {
    for (const project of all) {
      await project.service.client.project.info(halt.signal).catch((error: unknown) => {
        throw named(project, error);
      });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { all, of: (name) => findProject(all, name), close };
}

/** The rates are hints for the next run: that one can't be kept must not hide how this one ended. */
export function saveRates({ all }: ProjectServices, catalog: Catalog, context: RunContext): void {
  for (const { connection, service } of all) {
    try {
      catalog.saveRate(connection, service.gate.state().rate, context.world.clock.now());
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      context.log('warn', { error: why }, 'the learned rate could not be kept');
    }
  }
}

function findProject(all: readonly OpenProject[], name: string | undefined): OpenProject {
  const found = all.find((project) => project.name === name);
  if (found === undefined) throw new Error(`The job has no project ${name}`);
  return found;
}

function learnedRate(
  connection: Connection,
  { world }: RunContext,
  catalog: Catalog | null,
): number | undefined {
  const learned = catalog?.learnedRate(connection) ?? null;
  if (learned === null || world.clock.now() - learned.learnedAt > RATE_FRESH_MS) return undefined;
  return learned.rate;
}

/** The failure of one project of several says which: its keys are in variables of their own. */
function named({ name }: JobProject, error: unknown): unknown {
  if (name === undefined) return error;
  const { kind, effect, code, message, status, requestId, fatalCause, cause } = failureOf(error);
  return new ClassifiedError({
    kind,
    effect,
    code,
    message: `Project ${name} of the job: ${message}`,
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
    ...(fatalCause !== undefined && { fatalCause }),
    cause,
  });
}
