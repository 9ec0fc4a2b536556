import { onTestFinished } from 'vitest';
import { openRedis, type RedisProcess } from './redis-process.ts';

/** A Redis of a test's own. */
export interface TestRedis extends Pick<RedisProcess, 'address' | 'port' | 'kill'> {
  /** Kills it with SIGKILL, and starts it again with the same files. */
  restart(): Promise<void>;
}

/** Starts a Redis as `openRedis` does. It is gone when the test is over. */
export async function startRedis(...options: Parameters<typeof openRedis>): Promise<TestRedis> {
  const redis = await openRedis(...options);
  onTestFinished(() => redis.remove());
  return {
    ...redis,
    async restart() {
      await redis.kill();
      await redis.start();
    },
  };
}
