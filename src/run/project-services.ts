import { ClassifiedError, toFailure } from '../core/failure.ts';
import { present } from '../core/present.ts';
import type { RunListener } from '../engine/run-events.ts';
import type { Catalog } from '../ledger/catalog.ts';
import { learnedRate, saveLearnedRate } from '../state/learned-rate.ts';
import type { RateShare } from '../state/rate-share.ts';
import { createServerClock, type ServerClock } from '../transport/server-clock.ts';
import type { JobProject } from './job-projects.ts';
import { openService, type Service, type ServiceOptions } from './open-service.ts';
import type { RunContext } from './run-request.ts';

/** An open project. */
export interface OpenProject extends JobProject {
  readonly service: Service;
  /** This run's share of the project's rate; undefined if the run does not share the project. */
  readonly share: RateShare | undefined;
}

/** The services of a run, one for each project. */
export interface ProjectServices {
  /** The default project first. */
  readonly all: readonly OpenProject[];
  /** Finds a project by its name in the job. The default project has the name undefined. */
  of(name: string | undefined): OpenProject;
  /** The service's clock. All projects share it because they use one service. */
  readonly clock: ServerClock;
  close(): Promise<void>;
}

/** Interval at which the learned rates are saved, ms. A killed process loses only the last interval. */
const SAVE_RATES_EVERY_MS = 2000;
/**
 * Maximum number of requests to learn the service's time. Two answers that agree are enough. If none agree,
 * the service has no usable clock.
 */
const MAX_CLOCK_REQUESTS = 4;

/** Options that `openServices` sets itself. */
type DerivedOption =
  | 'connection'
  | 'project'
  | 'serverClock'
  | 'resyncClock'
  | 'learnedRate'
  | 'ceiling';

/** Opens every project and sends a request to each, to check its keys and learn the service's time. */
export async function openServices(
  projects: readonly JobProject[],
  options: Omit<ServiceOptions, DerivedOption> & {
    catalog: Catalog | null;
    shares: ReadonlyMap<string, RateShare>;
  },
): Promise<ProjectServices> {
  const { context, catalog, runStop } = options;
  const ended = new AbortController();
  const clock = createServerClock(context.world.clock);
  const resyncClock = shareExecution(async () => {
    const [first] = all;
    if (first !== undefined && clock.isUntrusted()) {
      await learnClock(first.service, clock, runStop.signal);
    }
  });
  const all = projects.map((project): OpenProject => {
    const { connection } = project;
    const share = options.shares.get(connection.publicKey);
    const service = openService({
      ...options,
      connection,
      project: project.name,
      serverClock: clock,
      resyncClock,
      learnedRate: learnedRate(connection, context, catalog),
      ...(share !== undefined && { ceiling: share.ceiling }),
    });
    void share?.watch(() => measureRate(service, options.maxRate), ended.signal);
    return { ...project, service, share };
  });
  const close = async (): Promise<void> => {
    ended.abort();
    await Promise.all(all.map(({ service }) => service.close()));
  };
  try {
    for (const project of all) {
      await learnClock(project.service, clock, runStop.signal).catch((error: unknown) => {
        throw withProjectName(project, error);
      });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { all, of: (name) => findProject(all, name), clock, close };
}

/** Sends requests to the project until the service's time is known and trusted (`ServerClock`). */
async function learnClock(
  { client }: Service,
  clock: ServerClock,
  signal: AbortSignal,
): Promise<void> {
  let asked = 0;
  do await client.project.info(signal);
  while ((clock.isUntrusted() || !clock.hasServerTime()) && ++asked < MAX_CLOCK_REQUESTS);
}

/** Wraps `work`: concurrent callers share one execution. */
function shareExecution(work: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | null = null;
  return () => {
    current ??= work().finally(() => {
      current = null;
    });
    return current;
  };
}

/** Options for saving rates. */
interface RateSaving {
  readonly catalog: Catalog;
  readonly context: RunContext;
  /** The user's maximum rate, requests per second. */
  readonly cap: number | undefined;
}

/**
 * Wraps the listener so that it also saves the rates regularly. After a kill, the resumed run then does not
 * have to learn them again.
 */
export function withRateSaving(services: ProjectServices, saving: RateSaving): RunListener {
  const { listener, world } = saving.context;
  let savedAt = world.clock.monotonic();
  return (event) => {
    listener(event);
    const isTooSoon = world.clock.monotonic() - savedAt < SAVE_RATES_EVERY_MS;
    if (event.kind !== 'items-settled' || isTooSoon) return;
    savedAt = world.clock.monotonic();
    saveRates(services, saving);
  };
}

/**
 * Saves the learned rates. A rate that was limited by the user or by sharing is not saved, because it is not
 * the limit of the service.
 */
export function saveRates({ all }: ProjectServices, { catalog, context, cap }: RateSaving): void {
  for (const { connection, service, share } of all) {
    const rate = measureRate(service, cap);
    if (rate !== null && share?.wasDivided !== true)
      saveLearnedRate({ connection, rate }, context, catalog);
  }
}

/** The rate that the service allows, requests per second; null if only the user's maximum limited it. */
function measureRate({ gate }: Service, cap = Number.POSITIVE_INFINITY): number | null {
  const { rate } = gate.state();
  return rate < cap ? rate : null;
}

function findProject(all: readonly OpenProject[], name: string | undefined): OpenProject {
  const found = all.find((project) => project.name === name);
  if (found === undefined) throw new Error(`The job has no project ${name}`);
  return found;
}

/** Adds the project's name to a failure, because each project has its own variables for its keys. */
function withProjectName({ name }: JobProject, error: unknown): unknown {
  if (name === undefined) return error;
  const { kind, effect, code, message, status, requestId, fatalCause, cause } = toFailure(error);
  return new ClassifiedError({
    kind,
    effect,
    code,
    message: `Project ${name} of the job: ${message}`,
    ...present({ status, requestId, fatalCause }),
    cause,
  });
}
