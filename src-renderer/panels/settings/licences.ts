/** What is shipped inside the product, and under which licence. */
export const licences = [
  { name: 'Electron', licence: 'MIT' },
  { name: 'Svelte', licence: 'MIT' },
  { name: 'Lightweight Charts', licence: 'Apache-2.0, © TradingView, Inc.' },
  { name: 'better-sqlite3', licence: 'MIT' },
  { name: 'keytar', licence: 'MIT' },
  { name: 'undici', licence: 'MIT' },
  { name: 'ws', licence: 'MIT' },
  { name: 'zod', licence: 'MIT' },
  { name: 'Lucide', licence: 'ISC' },
  { name: 'Inter', licence: 'OFL-1.1' },
] as const;
