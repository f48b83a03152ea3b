/** The window's end: takes every snapshot as the app does, and counts its levels, so that none can be left unread. */
import type { Bridge } from '../../../src-main/contract/channels.ts';

declare global {
  interface Window {
    /** How many levels have arrived since it was last called. */
    countLevels?: () => number;
    /** Milliseconds a request, asked one after another; an asset other than BTC has no snapshot. */
    askOften?: (asset: string, times: number) => Promise<number>;
  }
}

const bridge = (window as unknown as { halcyon: Bridge }).halcyon;
let levels = 0;

bridge.on('snapshot/changed', (snapshot) => {
  if ('clusters' in snapshot) levels += (snapshot.clusters as unknown[]).length;
  else if (snapshot.kind === 'liquidation-map') levels += snapshot.levelTimes.length;
});

window.countLevels = () => {
  const counted = levels;
  levels = 0;
  return counted;
};

window.askOften = async (asset, times) => {
  const from = performance.now();
  for (let i = 0; i < times; i++) {
    const result = await bridge.request('snapshot/latest', { provider: 'kingfisher', asset, kind: 'liquidation-map' });
    if (!result.ok || (result.value === null) === (asset === 'BTC')) throw new Error('not the snapshot asked for');
  }
  return (performance.now() - from) / times;
};
