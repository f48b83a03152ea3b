import { FailureError } from '../../contract/failure.ts';

/** Null when it cannot be had now (what could not be read is recorded already); a cancelled request stays cancelled. */
export async function nullUnlessHad<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (thrown) {
    if (!(thrown instanceof FailureError) || thrown.failure.kind === 'cancelled') throw thrown;
    return null;
  }
}
