import { flushSync, mount, unmount } from 'svelte';
import type { Component } from 'svelte';
import type { StartState } from '../../../src-main/contract/channels.ts';
import { connect } from '../../../src-renderer/bridge.ts';
import { Terminal } from '../../../src-renderer/state/terminal.svelte.ts';
import { FakeBridge } from './fake-bridge.ts';
import { sampleNow, startOf } from './samples.ts';

export interface Mounted {
  readonly bridge: FakeBridge;
  readonly terminal: Terminal;
  close(): void;
}

/** A panel in the page's body, on a terminal that main has started and nothing runs. */
export function mountPanel(panel: Component<{ terminal: Terminal }>, more: Partial<StartState> = {}): Mounted {
  const start = startOf(more);
  let { settings } = start;
  const bridge = new FakeBridge({ 'settings/change': (patch) => (settings = { ...settings, ...patch }) });
  const terminal = new Terminal(connect(bridge), start, () => sampleNow);
  const mounted = mount(panel, { target: document.body, props: { terminal } });
  flushSync();
  return {
    bridge,
    terminal,
    close: () => {
      void unmount(mounted);
      document.body.replaceChildren();
    },
  };
}
