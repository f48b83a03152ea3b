import { failure, FailureError } from '../../contract/failure.ts';
import { assetPattern, type Asset } from '../../contract/market.ts';
import { keptAnswer } from './kept-answer.ts';

/** What a venue tells of its assets: asked for when it is needed, and kept while the client lives. */
export interface ByAsset<Told> {
  /** Throws FailureError `unsupported` for an asset that the venue does not have. */
  of(asset: Asset, signal: AbortSignal): Promise<Told>;
  /** What is known without asking; null while nothing is, or where there is no such asset. */
  known(asset: Asset): Told | null;
}

/** Throws FailureError `bad-request`. */
export function checkAsset(asset: Asset): void {
  if (assetPattern.test(asset)) return;
  throw new FailureError(
    failure('bad-request', 'An asset is written in capital letters and digits, for instance BTC.'),
  );
}

/** Where one answer lists all assets. A failed attempt is forgotten; `missing` says that an asset is not listed. */
export function listedByAsset<Told>(
  load: (signal: AbortSignal) => Promise<ReadonlyMap<Asset, Told>>,
  missing: (asset: Asset) => string,
): ByAsset<Told> {
  const kept = keptAnswer(load);
  return {
    known: (asset) => kept.known()?.get(asset) ?? null,
    of: async (asset, signal) => {
      checkAsset(asset);
      const told = (await kept.get(signal)).get(asset);
      if (told === undefined) throw new FailureError(failure('unsupported', missing(asset)));
      return told;
    },
  };
}
