import type { MarketMode } from '../../src-main/contract/settings.ts';

/** What can be chosen, in the words of Settings and of the badge. */
export const marketChoices: readonly { readonly value: MarketMode; readonly text: string; readonly note: string }[] = [
  {
    value: 'auto',
    text: 'Automatic',
    note: 'Live data as far as sources can be reached; the simulated market only while none ever was. Needs no key.',
  },
  {
    value: 'live',
    text: 'Live data',
    note: 'Public venues without a key, and the providers whose keys you keep. Never simulated: what cannot be reached stays as it was last known, with its age.',
  },
  {
    value: 'simulated',
    text: 'Simulated market',
    note: 'A market made inside Halcyon, over the same protocols as the real ones. Needs no key and no network. Every number of it says SIMULATED.',
  },
];
