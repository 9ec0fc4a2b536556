import { formatCount } from '../core/counted.ts';
import type { ItemsQuery, RunPage } from '../page-data/shapes.ts';
import type { DataSource } from './data-source.ts';
import { ItemRow } from './item-row.tsx';
import { Command, Empty, Text } from './parts.tsx';
import { runLink } from './route.ts';
import { useAnswer } from './use-data.ts';
import { STATES, stateName } from './words.ts';

/** The choice to show pictures of files, and a function that changes it. */
export interface PictureChoice {
  readonly isShown: boolean;
  set(isShown: boolean): void;
}

interface ItemsProps {
  readonly page: RunPage;
  readonly query: ItemsQuery;
  readonly source: DataSource;
  readonly pictures: PictureChoice;
}

/** Items of a run, page by page, with filters. */
export function ItemsView(props: ItemsProps) {
  const { page, query, source, pictures } = props;
  const { run } = page.status;
  const { answer, error } = useAnswer(() => source.items(run, query), JSON.stringify([run, query]));
  return (
    <section class="card items">
      <h2 class="hidden">Items</h2>
      <Filters {...props} />
      {error !== null && (
        <p class="notice bad" role="alert">
          {error}
        </p>
      )}
      {answer === null && error === null && <Empty>Reading the items …</Empty>}
      {answer?.items.length === 0 && <NoItems {...props} />}
      {answer !== null && answer.items.length > 0 && (
        <ul class="rows">
          {answer.items.map((item) => (
            <ItemRow
              key={item.key}
              item={item}
              page={page}
              source={source}
              isPictured={pictures.isShown}
            />
          ))}
        </ul>
      )}
      <p class="pages">
        {query.after !== undefined && (
          <a href={runLink(run, 'items', { ...query, after: null })}>First page</a>
        )}
        {answer?.next != null && (
          <a class="button" href={runLink(run, 'items', { ...query, after: answer.next })}>
            Next page
          </a>
        )}
      </p>
      {!source.isLive && <Rest page={page} />}
    </section>
  );
}

function NoItems({ page, query, source }: ItemsProps) {
  if (query.key !== undefined) {
    return (
      <Empty>
        No item has exactly the key <Text of={query.key} />
        {source.isLive ? '.' : ' in this report.'}
      </Empty>
    );
  }
  if (page.status.counts.total === 0) return <Empty>This run has no items so far.</Empty>;
  return <Empty>No items match{source.isLive ? '.' : ' in this report.'}</Empty>;
}

function Rest({ page: { status } }: { readonly page: RunPage }) {
  return (
    <div class="mute">
      <p>
        {`This report has a part of the ${formatCount(status.counts.total)} items: up to 200 for each cause, and those in doubt. All items:`}
      </p>
      <Command text={`ucbulk report ${status.run} -o items.csv`} />
    </div>
  );
}

function Filters({ page, query, source, pictures }: ItemsProps) {
  const { status, causes } = page;
  const { run, counts, steps } = status;
  const change = (filter: Partial<Record<keyof ItemsQuery, string | null>>) => {
    location.hash = runLink(run, 'items', { ...query, after: null, ...filter });
  };
  const reasons = [
    ...new Set(
      causes
        .filter(({ state }) => query.state === undefined || state === query.state)
        .map(({ reason }) => reason),
    ),
  ];
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const key = new FormData(event.currentTarget as HTMLFormElement).get('key');
    change({ key: String(key).trim() });
  };
  return (
    <div class="filters">
      <nav class="chips" aria-label="State">
        <Chip run={run} query={query} state={undefined} text={`all ${formatCount(counts.total)}`} />
        {STATES.map(([state, name]) => (
          <Chip
            key={state}
            run={run}
            query={query}
            state={state}
            text={`${name} ${formatCount(counts[state])}`}
          />
        ))}
      </nav>
      {steps.length > 1 && (
        <Choice
          name="step"
          value={query.step}
          all={steps.map(({ id }) => id)}
          change={(step) => change({ step })}
        />
      )}
      {(reasons.length > 0 || query.reason !== undefined) && (
        <Choice
          name="reason"
          value={query.reason}
          all={reasons}
          change={(reason) => change({ reason })}
        />
      )}
      <form onSubmit={submit}>
        <label>
          key
          <input
            key={query.key}
            name="key"
            type="search"
            defaultValue={query.key ?? ''}
            placeholder="UUID, URL or path"
          />
        </label>
        <button type="submit">Find</button>
      </form>
      {(source.isLive || page.hasPictures) && (
        <label class="check">
          <input
            type="checkbox"
            checked={pictures.isShown}
            onChange={() => pictures.set(!pictures.isShown)}
          />
          pictures
        </label>
      )}
    </div>
  );
}

function Chip(props: {
  readonly run: string;
  readonly query: ItemsQuery;
  readonly state: ItemsQuery['state'];
  readonly text: string;
}) {
  const { run, query, state, text } = props;
  return (
    <a
      href={runLink(run, 'items', { ...query, state, reason: null, after: null })}
      aria-current={query.state === state ? 'true' : undefined}
    >
      {state !== undefined && <i class={`dot ${state}`} title={stateName(state)} />}
      {text}
    </a>
  );
}

function Choice(props: {
  readonly name: string;
  readonly value: string | undefined;
  readonly all: readonly string[];
  change(value: string | null): void;
}) {
  const { name, value, all, change } = props;
  const options = value === undefined || all.includes(value) ? all : [value, ...all];
  return (
    <label>
      {name}
      <select value={value ?? ''} onChange={({ currentTarget }) => change(currentTarget.value)}>
        <option value="">all</option>
        {options.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  );
}
