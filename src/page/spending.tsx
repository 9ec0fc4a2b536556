import { formatCount } from '../core/counted.ts';
import type { RunStatus } from '../state/run-status.ts';
import { Section } from './parts.tsx';

/** Shows the number of items that a run has paid for, and its cost if the job has prices. */
export function Spending({ status: { paid, cost } }: { readonly status: RunStatus }) {
  if (paid.length === 0 && cost === null) return null;
  return (
    <Section title="Paid work">
      <ul class="meters">
        {paid.map(({ name, spent, limit }) => (
          <Meter
            key={name}
            name={name}
            used={spent}
            limit={limit}
            text={formatCount(spent)}
            most={limit === null ? null : formatCount(limit)}
          />
        ))}
        {cost !== null && (
          <Meter
            name={`cost in ${cost.currency}, at most`}
            used={Number(cost.atMost)}
            limit={cost.limit === null ? null : Number(cost.limit)}
            text={cost.atMost}
            most={cost.limit}
          />
        )}
      </ul>
      {cost !== null && cost.certain !== cost.atMost && (
        <p class="mute">{`${cost.certain} ${cost.currency} are certain. The rest is for items whose result is unknown.`}</p>
      )}
      {cost !== null && cost.unpriced.length > 0 && (
        <p class="mute">{`Without a price: ${cost.unpriced.join(', ')}.`}</p>
      )}
    </Section>
  );
}

function Meter(props: {
  readonly name: string;
  readonly used: number;
  readonly limit: number | null;
  readonly text: string;
  readonly most: string | null;
}) {
  const { name, used, limit, text, most } = props;
  const isSpent = limit !== null && used >= limit;
  return (
    <li class={isSpent ? 'spent' : ''}>
      <span>{name}</span>
      <span>
        <b>{text}</b>
        {most === null ? ' without a limit' : ` of ${most}`}
      </span>
      {limit !== null && (
        <div class="bar" aria-hidden="true">
          <i class={isSpent ? 'failed' : 'running'} style={{ flexGrow: Math.min(used, limit) }} />
          <i style={{ flexGrow: Math.max(0, limit - used) }} />
        </div>
      )}
    </li>
  );
}
