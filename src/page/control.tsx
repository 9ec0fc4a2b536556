import { useState } from 'preact/hooks';
import type { ControlRequest } from '../page-data/shapes.ts';
import type { RunStatus } from '../state/run-status.ts';
import type { DataSource } from './data-source.ts';

/** Buttons that pause, continue and stop a run, and a field that limits its rate. */
export function Control(props: { readonly status: RunStatus; readonly source: DataSource }) {
  const { status, source } = props;
  const [reply, setReply] = useState('');
  const [isStopping, setStopping] = useState(false);
  if (!status.isRunning && !status.isWaiting) return null;
  const send = async (request: ControlRequest) => {
    setStopping(false);
    setReply('Asking the run …');
    setReply(await source.send(status.run, 'control', request).catch((error) => error.message));
  };
  const button = (text: string, action: 'pause' | 'continue' | 'stop') => (
    <button type="button" onClick={() => void send({ action })}>
      {text}
    </button>
  );
  return (
    <div class="control">
      {status.control?.state === 'paused'
        ? button('Continue', 'continue')
        : button('Pause', 'pause')}
      {isStopping ? (
        <>
          {button('Yes, stop it', 'stop')}
          <button type="button" onClick={() => setStopping(false)}>
            No
          </button>
        </>
      ) : (
        <button type="button" onClick={() => setStopping(true)}>
          Stop
        </button>
      )}
      <Limit
        limit={status.control?.rate ?? null}
        set={(rate) => void send({ action: 'set', rate })}
      />
      <output class="reply">{isStopping ? 'A stopped run can be resumed.' : reply}</output>
    </div>
  );
}

function Limit(props: { readonly limit: number | null; set(rate: number | null): void }) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget as HTMLFormElement).get('rate'));
    props.set(text === '' ? null : Number(text));
  };
  return (
    <form onSubmit={submit}>
      <label>
        at most
        <input
          key={props.limit}
          name="rate"
          type="number"
          min="0.1"
          step="any"
          placeholder="no limit"
          defaultValue={props.limit ?? ''}
        />
        requests/s
      </label>
      <button type="submit">Set</button>
    </form>
  );
}
