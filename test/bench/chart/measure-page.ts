import { measureAll } from './measure.ts';
import type { Measured } from './measure.ts';

declare global {
  interface Window {
    /** For whoever drives this page: `window.measureChart()` gives the rows. */
    measureChart?: (rounds?: number) => Promise<Measured[]>;
  }
}

window.measureChart = measureAll;
