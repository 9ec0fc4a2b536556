import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { CandidateEntry, ItemEntry, ResolveRequest } from '../page-data/shapes.ts';
import type { RunStatus } from '../state/run-status.ts';
import type { DataSource } from './data-source.ts';
import { formatBytes, formatInstant } from './format.ts';
import { Command, Prose, Text } from './parts.tsx';
import { Picture } from './picture.tsx';
import { useAnswer } from './use-data.ts';

interface DecideProps {
  readonly item: ItemEntry;
  readonly status: RunStatus;
  readonly source: DataSource;
}

/** The decision about an item whose request was sent and whose answer was lost. */
export function Decide({ item, status, source }: DecideProps) {
  if (source.canControl) return <Buttons item={item} status={status} source={source} />;
  const word = `'${item.key.replaceAll("'", "'\\''")}'`;
  return (
    <>
      <p>The request was sent, and its answer was lost. Decide what happened:</p>
      <Command text={`ucbulk resolve ${status.run} ${word} --as done|redo|skip|adopt`} />
    </>
  );
}

function Buttons({ item, status, source }: DecideProps) {
  const { key } = item;
  const { answer, error } = useAnswer(() => source.doubt(status.run, key), key);
  const [reply, setReply] = useState<string | null>(null);
  const decide = async (request: ResolveRequest) => {
    setReply('Recording the decision …');
    setReply(await source.send(status.run, 'resolve', request).catch((failure) => failure.message));
  };
  const button = (text: string, request: ResolveRequest) => (
    <button type="button" disabled={status.isRunning} onClick={() => void decide(request)}>
      {text}
    </button>
  );
  return (
    <div class="decide">
      <p>
        The request was sent
        {answer?.sentAt != null && ` at ${formatInstant(answer.sentAt)}`}, and its answer was lost.
        {answer !== null && ' If it had its effect: '}
        {answer !== null && <Text of={answer.expected} />}
      </p>
      {error !== null && (
        <p class="notice bad">
          <Prose of={error} />
        </p>
      )}
      {answer === null && error === null && (
        <p class="mute">Looking for files that may be its result …</p>
      )}
      {answer?.candidates != null && answer.candidates.length > 0 && (
        <div class="candidate">
          <Picture url={item.before} alt="The original" width={96} source={source} />
          <p>
            the original, to compare{' '}
            <code>
              <Text of={key} />
            </code>
          </p>
        </div>
      )}
      {answer?.candidates?.map((candidate) => (
        <Candidate key={candidate.file} candidate={candidate} source={source}>
          {button('This is its result', { key, as: 'adopt', file: candidate.file })}
        </Candidate>
      ))}
      {answer?.candidates?.length === 0 && <p class="mute">No file looks like its result.</p>}
      <p class="buttons">
        {button('It was done', { key, as: 'done' })}
        {button('Send it again', { key, as: 'redo' })}
        {button('Skip it', { key, as: 'skip' })}
        <span class="mute">“Send it again” may have the effect a second time.</span>
      </p>
      {status.isRunning && (
        <p class="mute">A decision is possible when no process works on the run.</p>
      )}
      <output>{reply}</output>
    </div>
  );
}

function Candidate(props: {
  readonly candidate: CandidateEntry;
  readonly source: DataSource;
  readonly children: ComponentChildren;
}) {
  const { file, name, size, uploadedAt, picture } = props.candidate;
  return (
    <div class="candidate">
      <Picture url={picture} alt="" width={96} source={props.source} />
      <p>
        {name !== null && <Text of={name} />} <code>{file}</code>
        <span class="mute">
          {uploadedAt !== null && `uploaded ${formatInstant(uploadedAt)}`}
          {size !== null && `, ${formatBytes(size)}`}
        </span>
      </p>
      {props.children}
    </div>
  );
}
