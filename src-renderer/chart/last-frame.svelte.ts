import type { ChartProps } from './props.ts';

/** Longer than reading from the cache takes, too short to be read as the new series. */
export const holdMs = 250;

export type Shown = Pick<ChartProps, 'series' | 'layers' | 'gex' | 'volumes' | 'realised' | 'price' | 'gexStale'>;

/**
 * What the chart shows: the newest data, or for a moment after a switch what it last showed of the former series, so
 * that no switch flashes. Made inside a component; ends with it.
 */
export class LastFrame {
  #last: Shown | null = null;
  #isOverdue = $state(false);
  readonly #read: () => Shown & Pick<ChartProps, 'isSwitching'>;

  readonly shown: Shown = $derived.by(() => {
    const { isSwitching, ...now } = this.#read();
    if (now.series === null && isSwitching && !this.#isOverdue && this.#last !== null) return this.#last;
    this.#last = now.series === null ? null : now;
    return now;
  });

  constructor(read: () => Shown & Pick<ChartProps, 'isSwitching'>) {
    this.#read = read;
    $effect(() => {
      if (!this.#read().isSwitching) return;
      const timer = setTimeout(() => (this.#isOverdue = true), holdMs);
      return () => {
        clearTimeout(timer);
        this.#isOverdue = false;
      };
    });
  }
}
