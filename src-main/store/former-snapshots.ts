import type { GexProfile } from '../contract/gamma.ts';

type Later = 'model' | 'calls' | 'puts' | 'total' | 'callWall' | 'putWall';

/** What profiles written by version 0.1 do not say. Columns are made for each, since they may be transferred. */
const laterInGex = (): Pick<GexProfile, Later> => ({
  model: null,
  calls: new Float64Array(),
  puts: new Float64Array(),
  total: null,
  callWall: null,
  putWall: null,
});

/** The fields that a kind has today and had not when a row was written, as they are where nobody knows them. */
export const laterFieldsOf = (kind: string): Record<string, unknown> => (kind === 'gex' ? laterInGex() : {});
