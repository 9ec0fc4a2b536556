import { runBench } from './run-bench.ts';

/** A bench with so many pictures, and a job source that names them. */
export function pictureBench(count: number) {
  const bench = runBench({ autostore: false });
  const project = bench.emulator.projects[0]!;
  const inline = Array.from(
    { length: count },
    () => project.addFile({ mimeType: 'image/png', isImage: true }).uuid,
  );
  return { bench, inline, source: { inline } };
}
