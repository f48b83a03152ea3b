/** What the bench's main thread asks of its worker: so many trips of batches of so many events. */
export interface Trips {
  readonly kind: 'empty' | 'columns' | 'objects';
  readonly trips: number;
  readonly batch: number;
}

export interface IpcReport {
  /** Milliseconds a trip, one figure a round. */
  readonly empty: readonly number[];
  readonly columns: readonly number[];
  readonly objects: readonly number[];
  /** Snapshots a second in batches, one figure a round. */
  readonly columnsRate: readonly number[];
  readonly objectsRate: readonly number[];
  /** Milliseconds a request with no value and with a snapshot as its value, asked by the page; one figure a round. */
  readonly askedNothing: readonly number[];
  readonly askedSnapshot: readonly number[];
}

/** Snapshots in one batch: about what a full watchlist brings within a frame. */
export const fullBatch = 20;
