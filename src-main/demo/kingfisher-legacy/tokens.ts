import type { Clock } from '../clock.ts';

export interface DemoAccount {
  readonly login: string;
  readonly password: string;
}

/** Opens the simulated maps; worth nothing anywhere else. */
export const demoAccount: DemoAccount = { login: 'demo', password: 'demo-password' };

/** Tokens that were given out and are still taken. */
export interface Tokens {
  /** Null: no such account. */
  issue(login: string, password: string): string | null;
  accepts(token: string): boolean;
  /** None given out so far is taken any longer. */
  expireAll(): void;
}

export function createTokens(accounts: readonly DemoAccount[], lifeMs: number, clock: Clock): Tokens {
  const endings = new Map<string, number>();
  let issued = 0;
  return {
    issue(login, password) {
      if (!accounts.some((account) => account.login === login && account.password === password)) return null;
      issued++;
      const token = `simulated-legacy-token-${String(issued).padStart(6, '0')}`;
      endings.set(token, clock.now() + lifeMs);
      return token;
    },
    accepts: (token) => (endings.get(token) ?? Number.NEGATIVE_INFINITY) > clock.now(),
    expireAll: () => endings.clear(),
  };
}
