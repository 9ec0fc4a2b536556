import type { Connection } from '../core/connection.ts';
import { ClassifiedError, toFailure } from '../core/failure.ts';
import type { Item } from '../core/item.ts';
import type { JsonObject } from '../core/json.ts';
import type { World } from '../core/world.ts';
import { requestChunk } from '../engine/send/request-chunk.ts';
import { stepOperation } from '../job/step-schemas.ts';
import type { KeptTransfer, TransferNotes } from '../operations/operation.ts';
import { createProjectClient, createRestSigner } from '../run/project-client.ts';
import { toolVersion } from '../run/tool-version.ts';
import { PART_STORAGE, restApi, UPLOAD_API } from '../transport/api-dialect.ts';
import { createTransport, type TransportOptions } from '../transport/create-transport.ts';
import type { ServerClock } from '../transport/server-clock.ts';
import { DEFAULT_LIMITS } from '../transport/transport-limits.ts';
import type { RequestLog } from '../transport/with-logging.ts';
import { UPLOAD_ORIGIN } from '../uploadcare/upload-client.ts';
import { type CallEnd, type FleetCall, toFailureFacts, toSentAnswers } from './call.ts';
import { checkLocalFile } from './check-local-file.ts';
import type { NoteChange } from './messages.ts';
import { type AskForCall, createRemoteGate, type Granted } from './remote-gate.ts';

/** The parts that a worker needs to make the requests of calls. */
export interface WorkerPlace {
  readonly world: World;
  readonly connection: Connection;
  /** The worker's own estimate of the service's time, which its signatures need. */
  readonly serverClock: ServerClock;
  readonly facts: { readonly host: string };
}

/** The parts that one call needs in addition. */
interface CallContext {
  /** Asks the coordinator; see `Asker.ask`. */
  readonly ask: AskForCall;
  /** Aborts when a long upload must end at its next part. */
  readonly drain: AbortSignal;
  /** Aborts when requests in flight must be canceled. */
  readonly abort: AbortSignal;
  readonly log: RequestLog;
}

/** The end of a call. `attempt` is the id of its intent in the ledger; null if it had no permission to send. */
export interface PerformedCall {
  readonly end: CallEnd;
  readonly attempt: number | null;
}

/** Makes the request of a call. Never rejects: a failure is a part of the result. */
export async function performCall(
  call: FleetCall,
  place: WorkerPlace,
  context: CallContext,
): Promise<PerformedCall> {
  const reports = new Set<Promise<Granted>>();
  let attempt: number | null = null;
  let openAt = Number.NEGATIVE_INFINITY;
  const ask: AskForCall = async (question) => {
    const asked = context.ask(question);
    // The coordinator should know the results of all requests before the call ends.
    if (question.kind === 'report') reports.add(asked);
    const granted = await asked;
    openAt = Math.max(openAt, granted.openAt);
    return granted;
  };
  const { clock, http } = place.world;
  // A worker that hung must not send for a call that the coordinator may have given up.
  const isOpen = () => clock.monotonic() - openAt <= DEFAULT_LIMITS.writeMarginMs;
  const world: World = {
    ...place.world,
    http: (request) => http({ ...request, mayStart: () => isOpen() && request.mayStart() }),
  };
  try {
    await checkLocalFile(call, { files: place.world.files, host: place.facts.host });
    const operation = createOperation(call, { ...place, world }, { ...context, ask });
    let baseline: JsonObject | null = null;
    const answers = await requestChunk(operation, call.items, {
      signal: context.abort,
      drain: context.drain,
      keepBaseline: (given) => {
        baseline = given;
      },
      beforeSend: async () => {
        attempt = (await ask({ kind: 'go', baseline })).attempt;
      },
      notesOf: (item) => remoteNotes(call, item, ask),
    });
    return { end: toSentAnswers(answers), attempt };
  } catch (error) {
    return { end: { kind: 'failed', failure: toFailureFacts(toFailure(error)) }, attempt };
  } finally {
    await Promise.allSettled(reports);
  }
}

function createOperation(
  { step, run, apiVersion }: FleetCall,
  { world, connection, serverClock }: WorkerPlace,
  { ask, drain, log }: CallContext,
) {
  const { restOrigin, uploadOrigin = UPLOAD_ORIGIN } = connection;
  const open = (own: Pick<TransportOptions, 'origin' | 'signer' | 'gate' | 'dialect'>) =>
    createTransport({
      ...own,
      world,
      serverClock,
      stopSignal: drain,
      userAgent: `ucbulk/${toolVersion()}`,
      log,
    }).send;
  const client = createProjectClient(connection, {
    rest: open({
      origin: restOrigin,
      signer: createRestSigner(connection),
      gate: createRemoteGate('rest', ask),
      dialect: restApi(apiVersion),
    }),
    upload: open({
      origin: uploadOrigin,
      signer: null,
      gate: createRemoteGate('upload', ask),
      dialect: UPLOAD_API,
    }),
    part: open({
      origin: uploadOrigin,
      signer: null,
      gate: createRemoteGate('part', ask),
      dialect: PART_STORAGE,
    }),
    serverNow: () => serverClock.now(),
    random: world.random,
    uploadOrigin,
  });
  return stepOperation(step).create(step.with, {
    client,
    files: world.files,
    clock: world.clock,
    run,
    step: step.id,
    serverNow: () => serverClock.now(),
  });
}

/** The stored progress of an upload. It came with the call; changes are stored by the coordinator. */
function remoteNotes(call: FleetCall, item: Item, ask: AskForCall): TransferNotes {
  let kept: KeptTransfer | null = call.kept && {
    session: call.kept.session,
    parts: new Map(call.kept.parts),
  };
  let answer = call.keptAnswer;
  const note = async (change: NoteChange) => {
    await ask({ kind: 'note', change });
  };
  if (call.items[0]?.key !== item.key) throw foreignItem();
  return {
    read: () => kept,
    readAnswer: () => answer,
    async begin(session) {
      await note({ kind: 'begin', session });
      kept = { session, parts: new Map() };
    },
    async addPart(part, checksum) {
      await note({ kind: 'add-part', part, checksum });
      if (kept !== null) kept = { ...kept, parts: new Map([...kept.parts, [part, checksum]]) };
    },
    async forget() {
      await note({ kind: 'forget' });
      kept = null;
      answer = null;
    },
    async keepAnswer(given) {
      await note({ kind: 'keep-answer', answer: given }).catch((error: unknown) => {
        throw effectUnknown(error);
      });
      answer = given;
    },
  };
}

function foreignItem(): ClassifiedError {
  return new ClassifiedError({
    kind: 'fatal',
    effect: 'none',
    code: 'bug',
    message: 'The progress of an upload is for another item',
    fatalCause: 'bug',
  });
}

/** The file already exists at the service, so its upload must not count as not sent. */
function effectUnknown(error: unknown): ClassifiedError {
  return new ClassifiedError({ ...toFailureFacts(toFailure(error)), effect: 'unknown' });
}
