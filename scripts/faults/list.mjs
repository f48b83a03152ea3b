/**
 * @typedef {object} Fault
 * @property {string} name
 * @property {string} what what is done at full size
 * @property {1 | 2} lane the two run side by side
 * @property {'e2e' | 'unit' | 'bench'} tool
 * @property {string[]} files what of the tool is run, as it filters its files; for a bench its part
 * @property {Record<string, string>} [env] of full size, besides `HALCYON_FAULTS=full`; what the user has set comes first
 */

/** The small sizes of the same are part of `npm test`. @type {readonly Fault[]} */
export const faults = [
  {
    name: 'kill',
    what: 'kill -9 of the whole app in the middle of ingest, 200 times',
    ...{ lane: 1, tool: 'e2e', files: ['kill.spec'] },
  },
  {
    name: 'instances',
    what: 'two starts at the same moment on one profile, 20 times',
    ...{ lane: 1, tool: 'e2e', files: ['two-instances.spec'] },
  },
  {
    name: 'flood',
    what: '5,000 pushes a second for 60 s',
    ...{ lane: 1, tool: 'bench', files: ['flood'] },
  },
  {
    name: 'disconnects',
    what: '1,000 forced disconnects with resync',
    ...{ lane: 2, tool: 'unit', files: ['test/unit/engine/disconnects'] },
  },
  {
    name: 'sockets',
    what: '1,000 random faults of sockets, shared and alone',
    ...{ lane: 2, tool: 'unit', files: ['test/unit/net/shared-socket', 'test/unit/net/socket-'] },
    env: { HALCYON_RUNS: '10' },
  },
  {
    name: 'planner',
    what: 'a million random days of plans, clocks, restarts and clicks',
    ...{ lane: 1, tool: 'unit', files: ['test/unit/net/budget/ledger-days'] },
    env: { HALCYON_RUNS: '500' },
  },
  {
    name: 'malformed',
    what: '30,000 malformed payloads a parser',
    ...{
      lane: 2,
      tool: 'unit',
      files: [
        ...['any-payload', 'binance-okx-any', 'bybit-stream', 'bybit.test', 'hyperliquid-any', 'deribit'],
        ...['kingfisher-legacy.test', 'kiyotaka-any', 'kaiko.test'],
      ].map((file) => `test/unit/providers/${file}`),
    },
    env: { HALCYON_PAYLOADS: '30000', HALCYON_SEED: 'random' },
  },
  {
    name: 'day',
    what: 'a day of the market as fast as it goes',
    ...{ lane: 2, tool: 'unit', files: ['test/unit/engine/day'] },
  },
  {
    name: 'wake',
    what: 'a night of sleep, by either kind of clock; another network',
    ...{ lane: 2, tool: 'unit', files: ['test/unit/engine/wake'] },
  },
  {
    name: 'clock',
    what: 'a clock that is wrong, or jumps, by hours and by years',
    ...{ lane: 2, tool: 'unit', files: ['test/unit/engine/wrong-clock'] },
  },
  {
    name: 'daylight',
    what: 'both nights on which the clocks change',
    ...{ lane: 2, tool: 'unit', files: ['test/unit/format/daylight-saving', 'test/unit/renderer/plan-text'] },
  },
];
