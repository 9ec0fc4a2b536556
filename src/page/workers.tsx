import type { RunPage } from '../page-data/shapes.ts';
import { Empty, Section, Text } from './parts.tsx';

/** The workers of the run's fleet, with their requests and their last signs of life. */
export function Workers({ page: { workers, now } }: { readonly page: RunPage }) {
  if (workers === null) return null;
  return (
    <Section title="Workers">
      {workers.length === 0 ? (
        <Empty>No worker is connected: the run waits.</Empty>
      ) : (
        <table class="workers">
          <thead>
            <tr>
              <th scope="col">Host (process)</th>
              <th scope="col">Version</th>
              <th scope="col">In flight</th>
              <th scope="col">Last seen</th>
            </tr>
          </thead>
          <tbody>
            {workers.map(({ id, host, pid, toolVersion, inFlight, concurrency, seenAt }) => (
              <tr key={id}>
                <td>
                  <Text of={host} /> ({pid})
                </td>
                <td>
                  <Text of={toolVersion} />
                </td>
                <td>{`${inFlight} of ${concurrency}`}</td>
                <td>{`${Math.max(0, Math.round((now - seenAt) / 1000))} s ago`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
