import type { OptionField } from '../contract/provider-status.ts';
import type { ProviderSettings, Settings } from '../contract/settings.ts';
import { providerIds, type ProviderId } from '../contract/source.ts';

type Options = Partial<Readonly<Record<ProviderId, readonly OptionField[]>>>;

/**
 * The settings, a line each. Of a custom address only the host is told, of an option that takes any text only that it is
 * set: both may hold what is nobody's business.
 */
export function settingsText(settings: Settings, options: Options): string[] {
  const { plan, retention, prices, focus, maps } = settings;
  const shown = Object.entries(maps).filter(([, layer]) => layer.shown);
  const lines = [
    `market ${settings.market}, theme ${settings.theme}, time zone ${settings.timeZone}`,
    `watchlist ${settings.watchlist.join(' ')}, focus ${focus.asset} ${focus.timeframe}`,
    `maps ${shown.map(([name, { form }]) => `${name} ${form}`).join(', ') || 'none'}`,
    `overlays ${switchedOn(settings.overlays)}, layout ${switchedOn(settings.layout)} ${settings.layout.inspectorTab}`,
    `gamma of ${settings.gex.provider}, volumes of ${settings.volumes.providers.join(', ') || 'nobody'}`,
    `prices ${pairs(prices.byAsset) || 'of the first that has them'}`,
    `intervals ${pairs(plan.intervals) || 'as usual'}, ${plan.pins.length} pins`,
    `kept ${retention.maxAgeDays ?? '∞'} days, ${retention.maxBytes ?? '∞'} bytes, ${retention.pinned.length} pinned ranges`,
  ];
  for (const id of providerIds) {
    const override = plan.providers[id];
    const spent = override
      ? `; plan ${pairs(override.amounts) || 'as declared'}, reserve ${override.reserve}, hours ${override.hours ?? 'until the reset'}`
      : '';
    lines.push(
      `${id}: ${place(settings.providers[id])}${optionsText(settings.providers[id], options[id] ?? [])}${spent}`,
    );
  }
  return lines;
}

const switchedOn = (switches: object): string =>
  Object.entries(switches)
    .filter(([, isOn]) => isOn === true)
    .map(([name]) => name)
    .join(' ') || 'none';

const pairs = (values: object): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');

function place({ environment, customUrl }: ProviderSettings): string {
  if (environment !== 'custom') return environment;
  return `custom ${URL.canParse(customUrl) ? new URL(customUrl).host : 'address that is none'}`;
}

function optionsText({ options }: ProviderSettings, fields: readonly OptionField[]): string {
  const set = Object.entries(options).map(([name, value]) => {
    const field = fields.find((each) => each.name === name);
    return field === undefined || field.type === 'text' ? `${name} set` : `${name} ${value}`;
  });
  return set.length === 0 ? '' : `; ${set.join(', ')}`;
}
