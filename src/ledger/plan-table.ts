import type { Connection, Statement } from './connection.ts';
import { schemaVersion } from './migrate.ts';

/** The first schema with the table. */
const SINCE_SCHEMA = 3;

/** The plan of a run, as it is known when the run starts. */
export interface NewPlan {
  /** The hash that identifies the plan. */
  readonly sha256: string;
  /** When the plan was made, RFC 3339. */
  readonly createdAt: string;
  /** Fingerprint of the key that approved the plan; null if the plan needed no approval. */
  readonly approvedBy: string | null;
  /** True if the run reads each file of the plan, instead of listing the source again. */
  readonly readsEach: boolean;
  /** Number of items that the source listed when the plan was made. */
  readonly listed: number;
}

/** The plan of a run, with the counts of the pages so far. */
export interface RunPlan extends NewPlan {
  /** Number of planned items that no longer match. They are skipped. */
  readonly changed: number;
  /** Number of items that match now and that the plan does not have. They are left alone. */
  readonly newMatches: number;
}

/** The plan whose selection a run does. */
export class PlanTable {
  readonly #get: Statement | null;
  readonly #begin: Statement | null;
  readonly #add: Statement | null;

  constructor(database: Connection) {
    const hasTable = schemaVersion(database) >= SINCE_SCHEMA;
    const prepare = (sql: string) => (hasTable ? database.prepare(sql) : null);
    this.#get = prepare('SELECT * FROM plan');
    this.#begin = prepare(
      `INSERT INTO plan (id, sha256, created_at, approved_by, reads_each, listed)
       VALUES (1, @sha256, @createdAt, @approvedBy, @readsEach, @listed)`,
    );
    this.#add = prepare('UPDATE plan SET changed = changed + ?, new_matches = new_matches + ?');
  }

  /** Records the plan. Must be called in the transaction that begins the run. */
  begin(plan: NewPlan): void {
    this.#begin?.run({ ...plan, readsEach: plan.readsEach ? 1 : 0 });
  }

  /** Adds the counts of one page. Must be called in the transaction of that page. */
  add({ changed, newMatches }: Pick<RunPlan, 'changed' | 'newMatches'>): void {
    if (changed + newMatches > 0) this.#add?.run(changed, newMatches);
  }

  /** The plan. Null if the run has its own selection. */
  get(): RunPlan | null {
    const row = this.#get?.get() as PlanRow | undefined;
    if (row === undefined) return null;
    return {
      sha256: row.sha256,
      createdAt: row.created_at,
      approvedBy: row.approved_by,
      readsEach: row.reads_each === 1,
      listed: row.listed,
      changed: row.changed,
      newMatches: row.new_matches,
    };
  }
}

interface PlanRow {
  readonly sha256: string;
  readonly created_at: string;
  readonly approved_by: string | null;
  readonly reads_each: number;
  readonly listed: number;
  readonly changed: number;
  readonly new_matches: number;
}
