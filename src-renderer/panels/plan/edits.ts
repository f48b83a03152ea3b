import { defaultReserve, noOverride } from '../../../src-main/contract/limits.ts';
import type { PlanOverride } from '../../../src-main/contract/limits.ts';
import type { Pin, PlanSettings } from '../../../src-main/contract/plan.ts';
import type { SnapshotKind } from '../../../src-main/contract/snapshot.ts';
import type { ProviderId } from '../../../src-main/contract/source.ts';

export const overrideOf = (plan: PlanSettings, provider: ProviderId): PlanOverride =>
  plan.providers[provider] ?? noOverride;

/** An amount of one's own for a rule; null: no limit; undefined: as declared. */
export function withAmount(
  plan: PlanSettings,
  provider: ProviderId,
  rule: string,
  amount: number | null | undefined,
): PlanSettings {
  const { [rule]: _, ...others } = overrideOf(plan, provider).amounts;
  return withOverride(plan, provider, { amounts: amount === undefined ? others : { ...others, [rule]: amount } });
}

/** What says nothing of its own is left out, so that another default can come to bear. */
export function withOverride(plan: PlanSettings, provider: ProviderId, patch: Partial<PlanOverride>): PlanSettings {
  const override = { ...overrideOf(plan, provider), ...patch };
  const { [provider]: _, ...others } = plan.providers;
  const isUsual =
    Object.keys(override.amounts).length === 0 && override.reserve === defaultReserve && override.hours === null;
  return { ...plan, providers: isUsual ? others : { ...others, [provider]: override } };
}

/** Null: the usual interval. */
export function withInterval(plan: PlanSettings, kind: SnapshotKind, intervalMs: number | null): PlanSettings {
  const { [kind]: _, ...others } = plan.intervals;
  return { ...plan, intervals: intervalMs === null ? others : { ...others, [kind]: intervalMs } };
}

export const isPinned = ({ pins }: PlanSettings, pin: Pin): boolean => pins.some((each) => isSame(each, pin));

export function withPin(plan: PlanSettings, pin: Pin, isWanted: boolean): PlanSettings {
  const others = plan.pins.filter((each) => !isSame(each, pin));
  return { ...plan, pins: isWanted ? [...others, pin] : others };
}

const isSame = (a: Pin, b: Pin): boolean => a.provider === b.provider && a.kind === b.kind && a.asset === b.asset;

export type Read<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: string };

/** A whole number as it is typed; thousands may be set apart. */
export function readWhole(text: string, least: number, most: number): Read<number> {
  const plain = text.trim().replace(/(?<=\d)[\s,](?=\d{3}\b)/g, '');
  const value = /^\d{1,15}$/.test(plain) ? Number(plain) : Number.NaN;
  if (value >= least && value <= most) return { ok: true, value };
  return { ok: false, problem: `A whole number from ${least} to ${most.toLocaleString('en-US')}.` };
}

/** Hours of use; empty: until the reset. */
export function readHours(text: string, least: number, most: number): Read<number | null> {
  if (text.trim() === '') return { ok: true, value: null };
  const value = /^\d{1,4}([.,]\d{1,2})?$/.test(text.trim()) ? Number(text.trim().replace(',', '.')) : Number.NaN;
  if (value >= least && value <= most) return { ok: true, value };
  return { ok: false, problem: `From ${least} to ${most} hours, or empty: until the reset.` };
}
