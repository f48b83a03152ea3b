import type { Settings } from '../../../src-main/contract/settings.ts';
import type { Terminal } from '../../state/terminal.svelte.ts';

/** The chart's overlays that are simply on or off, in the order in which they stand in the bar. */
export const toggles: readonly {
  readonly name: keyof Settings['overlays'];
  readonly text: string;
  readonly title: string;
}[] = [
  { name: 'bands', text: 'Bands', title: 'The liquidation maps, in the form chosen for each under Maps' },
  { name: 'gex', text: 'GEX', title: 'Gamma exposure strikes and flip level' },
  { name: 'liquidations', text: 'Liquidations', title: 'Liquidations that happened, as marks on the candles' },
  { name: 'volumes', text: 'Volumes', title: 'The pane of liquidated volumes below the price' },
  { name: 'fitLevels', text: 'Fit levels', title: 'Scale the price axis so that the levels are in view' },
];

export function toggleOverlay(terminal: Terminal, name: keyof Settings['overlays']): void {
  const { overlays } = terminal.settings;
  terminal.change({ overlays: { ...overlays, [name]: !overlays[name] } });
}
