export interface IsolatedPosition {
  /**
   * What maintenance margin is taken of: the value at entry (Bybit), or the value at the price of liquidation (Binance,
   * Hyperliquid).
   */
  readonly model: 'entry' | 'liquidation';
  readonly side: 'long' | 'short';
  readonly entry: number;
  readonly leverage: number;
  /** Maintenance margin rate, a fraction: 0.005 is 0.5 %. */
  readonly maintenance: number;
}

/**
 * Price at which an isolated position is liquidated, without fees and funding; null for what is no such position, where its
 * margin is not more than must be kept (it would be liquidated at once), and where price cannot get there (a long that is
 * fully paid for).
 */
export function liquidationPrice({ model, side, entry, leverage, maintenance }: IsolatedPosition): number | null {
  const isSound = entry > 0 && Number.isFinite(entry) && leverage > 0 && maintenance >= 0 && maintenance < 1;
  if (!isSound || 1 / leverage <= maintenance) return null;
  const sign = side === 'long' ? -1 : 1;
  const bankrupt = entry * (1 + sign / leverage);
  const price = model === 'entry' ? bankrupt - sign * entry * maintenance : bankrupt / (1 + sign * maintenance);
  return price > 0 && Number.isFinite(price) ? price : null;
}
