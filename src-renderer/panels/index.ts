import type { Component } from 'svelte';
import type { InspectorTab } from '../../src-main/contract/settings.ts';
import type { Terminal } from '../state/terminal.svelte.ts';
import FlowPanel from './flow/FlowPanel.svelte';
import GexPanel from './gex/GexPanel.svelte';
import LevelsPanel from './levels/LevelsPanel.svelte';
import VolumesPanel from './volumes/VolumesPanel.svelte';

export interface InspectorPanel {
  readonly id: InspectorTab;
  readonly title: string;
  readonly panel: Component<{ terminal: Terminal }>;
}

/** The inspector's tabs, in order: one component and one line each. */
export const inspectorPanels: readonly InspectorPanel[] = [
  { id: 'levels', title: 'Levels', panel: LevelsPanel },
  { id: 'gex', title: 'GEX', panel: GexPanel },
  { id: 'flow', title: 'Flow', panel: FlowPanel },
  { id: 'volumes', title: 'Volumes', panel: VolumesPanel },
];
