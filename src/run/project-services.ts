import { ClassifiedError, toFailure } from '../core/failure.ts';
import { present } from '../core/present.ts';
import type { RunListener } from '../engine/run-events.ts';
import type { Catalog } from '../ledger/catalog.ts';
import { learnedRate, saveLearnedRate } from '../state/learned-rate.ts';
import type { RateShare, SharedGate } from '../state/rate-share.ts';
import { createServerClock, type ServerClock } from '../transport/server-clock.ts';
import type { JobProject } from './job-projects.ts';
import type { LiveControl } from './live-control.ts';
import { openService, type Service, type ServiceOptions } from './open-service.ts';
import type { RunContext } from './run-request.ts';

/** An open project. */
export interface OpenProject extends JobProject {
  readonly service: Service;
  /** This run's share of the rate; undefined if the run does not share the project. */
  readonly share: RateShare | undefined;
}

/** The services of a run, one for each project. */
export interface ProjectServices {
  /** The default project first. */
  readonly all: readonly OpenProject[];
  /** Finds a project by its name in the job. The default project has the name undefined. */
  of(name: string | undefined): OpenProject;
  /** The estimate of the service's time. All projects share it because they use one service. */
  readonly clock: ServerClock;
  /** Number of requests that must be in flight now to use the rate limits of all projects. */
  neededInFlight(): number;
  /** Number of answers of all projects so far. */
  answered(): number;
  /** The limits of all projects together, requests per second, and how long the last gate stays closed, ms. */
  gates(): { readonly rate: number; readonly closedMs: number };
  close(): Promise<void>;
}

/**
 * Interval at which the learned rates are saved, ms. A killed process loses at most what it learned in one
 * interval.
 */
const SAVE_RATES_EVERY_MS = 2000;
/**
 * Maximum number of requests to find out the service's time. Usually two are enough, because their answers
 * show the same time. If the times of four answers do not agree, more requests would not help.
 */
const MAX_CLOCK_REQUESTS = 4;

/** Options that `openServices` sets itself, so that its callers do not pass them. */
type DerivedOption = 'connection' | 'project' | 'serverClock' | 'resyncClock' | 'startRate';

/**
 * Opens every project. Sends a request to each of them, to check its keys and to find out the service's time.
 */
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
      startRate: learnedRate(connection, context, catalog),
    });
    void share?.watch(sharedGate(service, options.control), ended.signal);
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
  const neededInFlight = (): number =>
    all.reduce((total, { service }) => total + service.neededInFlight(), 0);
  const answered = (): number => all.reduce((total, { service }) => total + service.answered(), 0);
  const gates = () => {
    const states = all.map(({ service }) => service.gate.state());
    return {
      rate: states.reduce((total, { rate }) => total + rate, 0),
      closedMs: Math.max(...states.map(({ closedForMs }) => closedForMs)),
    };
  };
  const of = (name: string | undefined) => findProject(all, name);
  return { all, of, clock, neededInFlight, answered, gates, close };
}

/** Sends requests to the project until two answers agree about the service's time (`ServerClock`). */
async function learnClock(
  { client }: Service,
  clock: ServerClock,
  signal: AbortSignal,
): Promise<void> {
  let asked = 0;
  do await client.project.info(signal);
  while ((clock.isUntrusted() || !clock.hasServerTime()) && ++asked < MAX_CLOCK_REQUESTS);
}

/** Wraps `work` so that callers which call it at the same time share one execution. */
function shareExecution(work: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | null = null;
  return () => {
    current ??= work().finally(() => {
      current = null;
    });
    return current;
  };
}

/** The data that is needed to save learned rates. */
interface RateSaving {
  readonly catalog: Catalog;
  readonly context: RunContext;
  /** Returns the user's maximum rate now, requests per second. */
  readonly cap: () => number;
}

/**
 * Wraps the listener so that the rates are also saved regularly. After a kill, the resumed run then starts
 * with the learned rates.
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
 * Saves the learned rates for later runs. If runs share a project, this saves the rate of the whole project
 * and not only of this run. A rate is not saved if the service has not shown it in this run, or if the user
 * limited it, because the service may allow more.
 */
export function saveRates({ all }: ProjectServices, { catalog, context, cap }: RateSaving): void {
  for (const { connection, service, share } of all) {
    const { rate, isMeasured } = service.gate.state();
    if (!isMeasured) continue;
    if (rate >= cap()) continue;
    const projectRate = share?.projectRate(rate) ?? rate;
    saveLearnedRate({ connection, rate: projectRate }, context, catalog);
  }
}

function sharedGate(service: Service, control: LiveControl): SharedGate {
  return {
    state: () => service.gate.state(),
    share: (share) => service.share(share),
    get maxRate() {
      return control.maxRate();
    },
  };
}

function findProject(all: readonly OpenProject[], name: string | undefined): OpenProject {
  const found = all.find((project) => project.name === name);
  if (found === undefined) throw new Error(`The job has no project ${name}`);
  return found;
}

/** Adds the project's name to the message of a failure. The user then knows which keys to check. */
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
