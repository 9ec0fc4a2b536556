import { readFileSync } from 'node:fs';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { PersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const read = (name: string) =>
  readFileSync(new URL(`../../../docs/examples/fleet/${name}`, import.meta.url), 'utf8');

test('Kubernetes: the objects are valid, and meet at one Redis', () => {
  const [workers, claim, run] = parseAllDocuments(read('kubernetes.yaml')).map((document) =>
    document.toJS(),
  );
  expect(() => new Deployment(workers).validate()).not.toThrow();
  expect(() => new PersistentVolumeClaim(claim).validate()).not.toThrow();
  expect(() => new Job(run).validate()).not.toThrow();
  expect(() => new Job({ ...run, spec: { ...run.spec, backoffLimit: 'x' } }).validate()).toThrow();
  const [worker, coordinator] = [workers, run].map(({ spec }) => spec.template.spec.containers[0]);
  expect(worker.env).toEqual(coordinator.env);
  expect(worker.image).toBe(coordinator.image);
  expect(run.spec.podFailurePolicy.rules[0].onExitCodes.containerName).toBe(coordinator.name);
  const [state] = run.spec.template.spec.volumes;
  expect(state.persistentVolumeClaim.claimName).toBe(claim.metadata.name);
});

test('Compose: Redis is fit for a fleet, and the containers know its name', () => {
  const { services } = parse(read('compose.yaml'), { merge: true });
  const { redis, worker, coordinator } = services;
  expect(redis.command).toContain('--appendonly yes --maxmemory-policy noeviction');
  for (const service of [worker, coordinator]) {
    expect(service.environment.UCBULK_FLEET).toBe('redis://redis:6379');
    expect(Object.keys(service.environment)).toContain('UPLOADCARE_SECRET_KEY');
    expect(service.depends_on).toEqual(['redis']);
  }
  expect(worker.command).toBe('worker');
  expect(coordinator.volumes).toContain('state:/state');
});
