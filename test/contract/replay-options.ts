import type { EmulatorOptions } from '../../src/emulator/emulator.ts';
import type { Interaction } from './recordings.ts';

type Json = Readonly<Record<string, unknown>>;

/** How the emulator must be set up for a recorded answer: the plan, the storages, the lags. */
export function optionsFor({ endpoint, request, response }: Interaction): EmulatorOptions {
  const text = JSON.stringify(response.body) ?? '';
  const addon = /^POST \/addons\/(\w+)\/execute\/$/.exec(endpoint)?.[1];
  if (addon !== undefined && response.status === 403) return { deniedAddons: [addon as never] };
  if (text.includes("can't use webhooks")) return { webhooks: false };
  if (text.includes('conversion feature is not available')) {
    return { deniedConversions: ['document', 'video'] };
  }
  if (response.status === 429) return { throttle: { perSecond: 1, burst: 1 } };
  const { result } = Object(response.body) as Json;
  const bucket = /^s3:\/\/([^/]+)\//.exec(String(result))?.[1];
  const { target } = Object(request.body) as Json;
  return bucket === undefined ? {} : { remoteTargets: { [String(target)]: bucket } };
}

/** Whether an answer shows that the same request had been made before. */
export function isAnsweredOfRepeat({ endpoint, response }: Interaction): boolean {
  const text = JSON.stringify(response.body) ?? '';
  const isCopied = /copy\/$|^POST \/files\/$/.test(endpoint) && response.status === 200;
  return (
    (isCopied && text.includes('s3://')) ||
    response.status === 429 ||
    (endpoint.startsWith('POST /addons/') && response.status === 409) ||
    text.includes('already subscribed')
  );
}
