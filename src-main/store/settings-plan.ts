import { defaultReserve, type PlanOverride } from '../contract/limits.ts';
import { longestIntervalMs, mostPins, shortestIntervalMs, type Pin, type PlanSettings } from '../contract/plan.ts';
import { snapshotKinds, type SnapshotKind } from '../contract/snapshot.ts';
import { providerIds, type ProviderId } from '../contract/source.ts';
import { fieldsOf, isAsset, isWithin, numberOr, uniqueBy } from './settings-fields.ts';

const ruleName = /^[A-Za-z][A-Za-z0-9_.-]{0,59}$/;
const mostRules = 20;
const mostUnits = 1e9;

/** How calls are spent, from anything: parts that make no sense are as if nobody had set them. */
export function planFrom(value: unknown): PlanSettings {
  const given = fieldsOf(value);
  const providers = fieldsOf(given['providers']);
  const intervals = fieldsOf(given['intervals']);
  const overridden = providerIds.filter((id) => isObject(providers[id]));
  const timed = snapshotKinds.filter((kind) => isWithin(intervals[kind], [shortestIntervalMs, longestIntervalMs]));
  return {
    providers: Object.fromEntries(overridden.map((id) => [id, overrideFrom(fieldsOf(providers[id]))])),
    intervals: Object.fromEntries(timed.map((kind) => [kind, intervals[kind]])),
    pins: pinsFrom(given['pins']),
  };
}

const isObject = (given: unknown): boolean => typeof given === 'object' && given !== null && !Array.isArray(given);

function overrideFrom(given: Readonly<Record<string, unknown>>): PlanOverride {
  const isAmount = (entry: [string, unknown]): entry is [string, number | null] =>
    ruleName.test(entry[0]) && (entry[1] === null || isWithin(entry[1], [0, mostUnits]));
  return {
    amounts: Object.fromEntries(Object.entries(fieldsOf(given['amounts'])).filter(isAmount).slice(0, mostRules)),
    reserve: numberOr(given['reserve'], [0, mostUnits], defaultReserve),
    hours: isWithin(given['hours'], [0.5, 24]) ? given['hours'] : null,
  };
}

function pinsFrom(given: unknown): readonly Pin[] {
  const pins = (Array.isArray(given) ? given : []).flatMap((each: unknown): Pin[] => {
    const { provider, kind, asset } = fieldsOf(each);
    return isProvider(provider) && isKind(kind) && isAsset(asset) ? [{ provider, kind, asset }] : [];
  });
  return uniqueBy(pins, ({ provider, kind, asset }) => `${provider} ${kind} ${asset}`).slice(0, mostPins);
}

const isProvider = (given: unknown): given is ProviderId => providerIds.some((id) => id === given);
const isKind = (given: unknown): given is SnapshotKind => snapshotKinds.some((kind) => kind === given);
