import { ClassifiedError, failureOf } from '../core/failure.ts';
import { present } from '../core/present.ts';
import type { RunListener } from '../engine/run-events.ts';
import type { Catalog } from '../ledger/catalog.ts';
import { learnedRate, saveLearnedRate } from '../state/learned-rate.ts';
import type { RateShare } from '../state/rate-share.ts';
import { createServerClock, type ServerClock } from '../transport/server-clock.ts';
import type { JobProject } from './job-projects.ts';
import { openService, type Service, type ServiceOptions } from './open-service.ts';
import type { RunContext } from './run-request.ts';

/** A project, opened: a client, a gate and a clock of its own. */
export interface OpenProject extends JobProject {
  readonly service: Service;
  /** Undefined where the run has the project for itself. */
  readonly share: RateShare | undefined;
}

/** The services of a run, one a project. */
export interface ProjectServices {
  /** The default project first. */
  readonly all: readonly OpenProject[];
  /** By the name in the job; undefined is the default project. */
  of(name: string | undefined): OpenProject;
  /** The service's time: all projects are of one service. */
  readonly clock: ServerClock;
  close(): Promise<void>;
}

/** A process that is killed leaves the rates it knew this long before, ms. */
const KEEP_RATES_EVERY_MS = 2000;
/** Two answers that agree are enough; a service whose answers never do has no clock to go by. */
const MAX_ASKED = 4;

/** What a service has of its project, and of the projects together. */
type OfProject =
  | 'connection'
  | 'project'
  | 'serverClock'
  | 'resyncClock'
  | 'learnedRate'
  | 'ceiling';

/** Opens every project and asks for it: good keys, and its service's clock. */
export async function openServices(
  projects: readonly JobProject[],
  options: Omit<ServiceOptions, OfProject> & {
    catalog: Catalog | null;
    shares: ReadonlyMap<string, RateShare>;
  },
): Promise<ProjectServices> {
  const { context, catalog, halt } = options;
  const ended = new AbortController();
  const clock = createServerClock(context.world.clock);
  const resyncClock = onceForAll(async () => {
    const [first] = all;
    if (first !== undefined && clock.isUntrusted()) {
      await learnClock(first.service, clock, halt.signal);
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
    void share?.watch(() => foundRate(service, options.maxRate), ended.signal);
    return { ...project, service, share };
  });
  const close = async (): Promise<void> => {
    ended.abort();
    await Promise.all(all.map(({ service }) => service.close()));
  };
  try {
    for (const project of all) {
      await learnClock(project.service, clock, halt.signal).catch((error: unknown) => {
        throw named(project, error);
      });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { all, of: (name) => findProject(all, name), clock, close };
}

/** Asks for the project, and again while the service's time is not sure, or not known (`ServerClock`). */
async function learnClock(
  { client }: Service,
  clock: ServerClock,
  signal: AbortSignal,
): Promise<void> {
  let asked = 0;
  do await client.project.info(signal);
  while ((clock.isUntrusted() || !clock.hasServerTime()) && ++asked < MAX_ASKED);
}

/** Who comes while the work is under way waits for that one. */
function onceForAll(work: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | null = null;
  return () => {
    underWay ??= work().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}

/** Where rates are kept. */
interface KeptRates {
  readonly catalog: Catalog;
  readonly context: RunContext;
  /** The user's own cap, requests a second. */
  readonly cap: number | undefined;
}

/** Passes events on, and keeps the rates now and then: who goes on after a kill need not search them anew. */
export function keepingRates(services: ProjectServices, kept: KeptRates): RunListener {
  const { listener, world } = kept.context;
  let keptAt = world.clock.monotonic();
  return (event) => {
    listener(event);
    const isTooSoon = world.clock.monotonic() - keptAt < KEEP_RATES_EVERY_MS;
    if (event.kind !== 'items-settled' || isTooSoon) return;
    keptAt = world.clock.monotonic();
    saveRates(services, kept);
  };
}

/** Keeps what was learned. What was capped, by the user or by sharing, says nothing of the service. */
export function saveRates({ all }: ProjectServices, { catalog, context, cap }: KeptRates): void {
  for (const { connection, service, share } of all) {
    const rate = foundRate(service, cap);
    if (rate !== null && share?.wasDivided !== true)
      saveLearnedRate({ connection, rate }, context, catalog);
  }
}

/** The rate as the service lets it through; null where the user's own cap is all that it tells. */
function foundRate({ gate }: Service, cap = Number.POSITIVE_INFINITY): number | null {
  const { rate } = gate.state();
  return rate < cap ? rate : null;
}

function findProject(all: readonly OpenProject[], name: string | undefined): OpenProject {
  const found = all.find((project) => project.name === name);
  if (found === undefined) throw new Error(`The job has no project ${name}`);
  return found;
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
    ...present({ status, requestId, fatalCause }),
    cause,
  });
}
