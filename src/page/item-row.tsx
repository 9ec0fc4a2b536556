import { useState } from 'preact/hooks';
import { isJsonObject, type JsonValue } from '../core/json.ts';
import type { ItemEntry, RunPage } from '../page-data/shapes.ts';
import type { DataSource } from './data-source.ts';
import { Decide } from './decide.tsx';
import { formatInstant } from './format.ts';
import { State, Text } from './parts.tsx';
import { Picture } from './picture.tsx';
import { originalPicture } from './picture-url.ts';
import { visibleText } from './visible-text.ts';

interface RowProps {
  readonly item: ItemEntry;
  readonly page: RunPage;
  readonly source: DataSource;
  readonly isPictured: boolean;
}

/** One item. A click opens its history. */
export function ItemRow(props: RowProps) {
  const { item, source, isPictured } = props;
  const [isOpen, setOpen] = useState(false);
  const name = visibleText(item.name ?? item.key);
  return (
    <li class={isOpen ? 'open' : ''}>
      <button type="button" class="row" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isPictured && (
          <span class="thumbs">
            <Picture url={item.before} alt={`${name}, before`} width={64} source={source} />
            <Picture url={item.after} alt={`${name}, after`} width={64} source={source} />
          </span>
        )}
        <span class="what">
          {item.name !== null && <Text of={item.name} />}
          <code>
            <Text of={item.key} />
          </code>
        </span>
        <State of={item.state} />
        <span class="why">
          {item.reason !== null && <Text of={item.reason} />}
          <span class="mute">
            {item.reason === null ? '' : ' at '}
            <Text of={item.step} />
          </span>
        </span>
        <time>{item.at === null ? '' : formatInstant(Date.parse(item.at))}</time>
      </button>
      {isOpen && <History {...props} />}
    </li>
  );
}

function History({ item, page, source }: RowProps) {
  const { steps, run } = page.status;
  const at = steps.findIndex(({ id }) => id === item.step);
  const shown = steps.slice(0, at + 1);
  return (
    <div class="history">
      <ol>
        {shown.map(({ id, uses }, index) => (
          <li key={id}>
            <p>
              <b>
                <Text of={id} />
              </b>{' '}
              <code>{uses}</code>{' '}
              {index === at ? (
                <State of={item.state} />
              ) : (
                <Earlier outcome={item.earlierSteps[id]} />
              )}
            </p>
            {index === at ? <Outcome item={item} /> : <Fields of={item.earlierSteps[id]} />}
          </li>
        ))}
      </ol>
      <Links item={item} />
      {item.state === 'in-doubt' && (
        <Decide item={item} status={page.status} source={source} key={`${run} ${item.key}`} />
      )}
    </div>
  );
}

function Earlier({ outcome }: { readonly outcome: JsonValue | undefined }) {
  const state = field(outcome, 'state');
  return <State of={state === 'skipped' || state === 'failed' ? state : 'done'} />;
}

function Outcome({ item }: { readonly item: ItemEntry }) {
  const { reason, message, requestId, attempts, result } = item;
  return <Fields of={{ reason, message, requestId, retries: attempts || null, result }} />;
}

/** The fields of an outcome, as names and values. */
function Fields({ of }: { readonly of: JsonValue | undefined }) {
  if (!isJsonObject(of)) return null;
  const { state: _, result, ...others } = of;
  const fields = isJsonObject(result) ? { ...others, ...result } : { ...others, result };
  const entries = Object.entries(fields).filter(([, value]) => value != null);
  if (entries.length === 0) return null;
  return (
    <dl>
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{fieldName(name)}</dt>
          <dd>
            <Text of={typeof value === 'string' ? value : JSON.stringify(value)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Links({ item: { before, after } }: { readonly item: ItemEntry }) {
  if (before === null && after === null) return null;
  const link = (url: string | null, text: string) =>
    url !== null && (
      <a href={originalPicture(url)} target="_blank" rel="noreferrer">
        {text}
      </a>
    );
  return (
    <p class="facts">
      {link(before, 'Open the original')} {link(after, 'Open the result')}
    </p>
  );
}

function field(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}

/** A name such as `requestId` as words. */
function fieldName(name: string): string {
  return visibleText(name).replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
