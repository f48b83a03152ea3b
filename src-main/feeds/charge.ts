import { FailureError } from '../contract/failure.ts';
import type { Weights } from '../net/budget/ledger.ts';

/** Thrown in place of a request that the count of the limits does not allow: the provider knows nothing of it. */
export class HeldBackError extends FailureError {}

/** A request that counts. */
export interface Charge {
  readonly spend: number;
  /** By rule. */
  readonly weights: Weights;
  /** Of the provider's first rule, for the log. */
  readonly charged: number;
  /** An answer came; `date`: its `Date` header. */
  answered(date: string | undefined): void;
  /** No answer came, and none will. */
  lost(): void;
  /** It never left this machine. */
  giveBack(): void;
}
