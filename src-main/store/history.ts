import type Database from 'better-sqlite3';
import type { Failure } from '../contract/failure.ts';
import type { HistoryJob, HistoryKind, HistoryQuery } from '../contract/history.ts';
import { unixMs, type Asset, type UnixMs } from '../contract/market.ts';
import type { ProviderId, SourceKey } from '../contract/source.ts';

/** Ranges of the past that are being filled in, or were. */
export interface HistoryJobs {
  /**
   * The job of that range, source and variant that is not done yet, as it is; where there is none, a new one, which is
   * `stopped` at its beginning until it is saved as something else.
   */
  open(query: HistoryQuery, source: SourceKey, variant: string): HistoryJob;
  /** Everything but the query and the variant, which stay. One that was forgotten stays forgotten. */
  save(job: HistoryJob): void;
  /**
   * Those of the sources, newest first. One that says `running` though this run of the program did not start it reads as
   * `stopped`.
   */
  all(sources: readonly SourceKey[]): HistoryJob[];
  get(id: number): HistoryJob | null;
  forget(id: number): void;
}

interface Row {
  readonly id: number;
  readonly provider: ProviderId;
  readonly kind: HistoryKind;
  readonly asset: Asset;
  readonly variant: string;
  readonly from: number;
  readonly to: number;
  readonly state: HistoryJob['state'];
  readonly reached: number;
  readonly rows: number;
  readonly flagged: number;
  readonly requests: number;
  readonly failure: string | null;
  readonly changedAt: number;
}

const columns = `id, provider, kind, asset, variant, range_from AS "from", range_to AS "to", state, reached, rows, flagged,
  requests, failure, changed_at AS changedAt`;

export function createHistory(db: Database.Database, now: () => UnixMs): HistoryJobs {
  const selectOpen = db.prepare<[SourceKey, string, string, string, string, number, number], Row>(
    `SELECT ${columns} FROM history_jobs
     WHERE source_key = ? AND provider = ? AND kind = ? AND asset = ? AND variant = ? AND range_from = ? AND range_to = ?
       AND state <> 'done' LIMIT 1`,
  );
  const insert = db.prepare(
    `INSERT INTO history_jobs (provider, kind, asset, source_key, variant, range_from, range_to,
       reached, rows, flagged, requests, state, failure, changed_at)
     VALUES (@provider, @kind, @asset, @source, @variant, @from, @to, @from, 0, 0, 0, 'stopped', NULL, @changedAt)`,
  );
  const update = db.prepare(
    `UPDATE history_jobs SET reached = @reached, rows = @rows, flagged = @flagged, requests = @requests,
       state = @state, failure = @failure, changed_at = @changedAt WHERE id = @id`,
  );
  const selectAll = db.prepare<[], Row & { readonly source: SourceKey }>(
    `SELECT ${columns}, source_key AS source FROM history_jobs ORDER BY id DESC`,
  );
  const selectOne = db.prepare<[number | bigint], Row>(`SELECT ${columns} FROM history_jobs WHERE id = ?`);
  const remove = db.prepare<[number]>('DELETE FROM history_jobs WHERE id = ?');
  /** Jobs that were saved as running since the file was opened. */
  const started = new Set<number>();

  function jobFrom(row: Row): HistoryJob {
    const { id, provider, kind, asset, variant, rows, flagged, requests } = row;
    return {
      id,
      query: { provider, kind, asset, from: unixMs(row.from), to: unixMs(row.to) },
      variant,
      state: row.state === 'running' && !started.has(id) ? 'stopped' : row.state,
      reached: unixMs(row.reached),
      rows,
      flagged,
      requests,
      failure: row.failure === null ? null : (JSON.parse(row.failure) as Failure),
      changedAt: unixMs(row.changedAt),
    };
  }

  const open = db.transaction((query: HistoryQuery, source: SourceKey, variant: string): HistoryJob => {
    const { provider, kind, asset, from, to } = query;
    const found = selectOpen.get(source, provider, kind, asset, variant, from, to);
    if (found !== undefined) return jobFrom(found);
    const added = insert.run({ ...query, source, variant, changedAt: now() }).lastInsertRowid;
    return jobFrom(selectOne.get(added) as Row);
  });

  return {
    open: (query, source, variant) => open.immediate(query, source, variant),
    save({ id, reached, rows, flagged, requests, state, failure, changedAt }) {
      const text = failure === null ? null : JSON.stringify(failure);
      update.run({ id, reached, rows, flagged, requests, state, failure: text, changedAt });
      if (state === 'running') started.add(id);
    },
    all: (sources) =>
      selectAll
        .all()
        .filter(({ source }) => sources.includes(source))
        .map(jobFrom),
    get(id) {
      const row = selectOne.get(id);
      return row === undefined ? null : jobFrom(row);
    },
    forget: (id) => void remove.run(id),
  };
}
