import { type ClientRequest, request } from 'node:http';
import type { WebhookDelivery } from './webhook-event.ts';
import type { WebhookQueue } from './webhook-queue.ts';

// Time limit for the answer of a receiver. It is an assumption: no recording of the real service shows it.
// Another assumption is that the service does not repeat a failed delivery (docs/uploadcare-api.md 15.29).
const RECEIVER_TIMEOUT_MS = 10_000;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

// Time between two checks for ended work. Work can end while no request arrives, and its webhook deliveries
// must be sent even then.
const SETTLE_EVERY_MS = 200;

/** Sends the queued deliveries until `stop` is called. It sends only to receivers on this machine. */
export function startSending(queue: WebhookQueue, settle: () => void): { stop(): void } {
  const open = new Set<ClientRequest>();
  const sendWaiting = () => {
    for (const delivery of queue.take()) send(delivery, open);
  };
  queue.listen(sendWaiting);
  sendWaiting();
  const settling = setInterval(settle, SETTLE_EVERY_MS);
  settling.unref();
  return {
    stop: () => {
      clearInterval(settling);
      queue.listen(undefined);
      for (const sent of open) sent.destroy();
    },
  };
}

function send(delivery: WebhookDelivery, open: Set<ClientRequest>): void {
  const target = new URL(delivery.targetUrl);
  if (target.protocol !== 'http:' || !LOOPBACK.test(target.hostname)) {
    delivery.state = 'refused';
    return;
  }
  const body = Buffer.from(delivery.body);
  const headers = { ...delivery.headers, 'content-length': String(body.length) };
  const options = { method: 'POST', headers, timeout: RECEIVER_TIMEOUT_MS, agent: false };
  delivery.state = 'sent';
  const sent = request(target, options, (answer) => {
    delivery.status = answer.statusCode ?? null;
    answer.resume();
  });
  open.add(sent);
  sent.on('timeout', () => sent.destroy());
  sent.on('error', () => {
    if (delivery.status === null) delivery.state = 'failed';
  });
  sent.on('close', () => open.delete(sent));
  sent.end(body);
}
