export type { CanaryItem, CanaryReport } from './core/canary.ts';
export type { Connection } from './core/connection.ts';
export type { ConfirmAnswer } from './core/consent.ts';
export type { EffectCount } from './core/effect-count.ts';
export { ClassifiedError, type Effect, type FailureKind, type FatalCause } from './core/failure.ts';
export type { ItemKind, SeenAs } from './core/item-kind.ts';
export { ITEM_STATES, type ItemState } from './core/item-state.ts';
export type { JsonObject, JsonValue } from './core/json.ts';
export type { LogLine } from './core/log-line.ts';
export { parseRunId, type RunId, type RunState } from './core/run.ts';
export type { StateCounts } from './core/state-counts.ts';
export { UserError, type UserErrorKind } from './core/user-error.ts';
export type { Wait, WaitKind } from './core/wait.ts';
export type { World } from './core/world.ts';
export type { RunEvent, RunListener, SettledItem } from './engine/run-events.ts';
export type { StopReason } from './engine/run-stop.ts';
export { describeJob } from './job/describe-job.ts';
export { JobFileError, type JobFileProblem } from './job/job-file-error.ts';
export { jobJsonSchema } from './job/job-json-schema.ts';
export type { Job, OnConflict } from './job/job-schema.ts';
export { type JobFileContext, loadJobFile } from './job/load-job-file.ts';
export type { GivenCode } from './job/own-steps.ts';
export { loadPriceFile } from './job/price-file.ts';
export type { PriceList } from './job/price-list-schema.ts';
export type {
  JsonSchemaOfOptions,
  OwnCall,
  OwnOptions,
  OwnRequest,
  SchemaResult,
  StandardSchema,
} from './operations/own-call.ts';
export {
  defineOperation,
  defineSource,
  type LostAnswer,
  type OwnBatchOperation,
  type OwnEachOperation,
  type OwnItem,
  type OwnListedItem,
  type OwnOperation,
  type OwnOutcome,
  type OwnPage,
  type OwnRemoteOperation,
  type OwnRetry,
  type OwnSource,
  type OwnStarted,
  type OwnVerdict,
} from './operations/own-definition.ts';
export { createCodeLoader, loadCode } from './own-code/library-code.ts';
export type { Decision, Resolution, ResolveRequest } from './resolve/resolution.ts';
export { type ResolvedCounts, resolveItems } from './resolve/resolve-items.ts';
export { type ApplyOptions, applyPlan } from './run/apply-plan.ts';
export {
  type ConnectionEnvironment,
  type ConnectionFlags,
  connectionFromEnv,
} from './run/connection-from-env.ts';
export { createRunContext, type RunContextOptions } from './run/create-run-context.ts';
export type { RetryWanted } from './run/failed-items.ts';
export { type Freezing, freezePlan } from './run/freeze-plan.ts';
export type { HookItem, HookOutcome, HookStep, ItemHooks } from './run/item-hooks.ts';
export {
  type ClientOptions,
  openClient,
  type ProjectClient,
  type ProjectInfo,
  WEBHOOK_EVENTS,
  type Webhook,
  type WebhookCreation,
  type WebhookEvent,
  type WebhookOptions,
} from './run/open-client.ts';
export type { Plan } from './run/plan.ts';
export { planRun } from './run/plan-run.ts';
export { resumeRun } from './run/resume-run.ts';
export { type RetryRequest, retryRun } from './run/retry-run.ts';
export { type RetryReview, reviewRetry } from './run/review-retry.ts';
export type { CanaryQuestion, Confirmation, RunContext, RunEnd } from './run/run-request.ts';
export { startRun } from './run/start-run.ts';
export { workInWindows } from './run/work-in-windows.ts';
export { listRuns, readItems, readRun } from './state/read-runs.ts';
export { RunSkipped } from './state/run-locks.ts';
export type { ItemReport, RunListing, RunStatus, UnreadableRun } from './state/run-status.ts';
export { verifyWebhook } from './uploadcare/verify-webhook.ts';
export { createSystemWorld, type SystemWorld } from './world/system-world.ts';
