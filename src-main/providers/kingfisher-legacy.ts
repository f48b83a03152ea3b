import { failure, FailureError } from '../contract/failure.ts';
import { assetPattern, type Asset, type UnixMs } from '../contract/market.ts';
import type { Provider, ProviderClient, ProviderContext } from './provider.ts';
import { ask, type Question } from './kingfisher-legacy/ask.ts';
import { providerName } from './kingfisher-legacy/errors.ts';
import { kingfisherLegacyInfo } from './kingfisher-legacy/info.ts';
import { chosen, checked, checkedFor, mapEndpoint, variantOf, type MapChoice } from './kingfisher-legacy/map-choice.ts';
import { atMomentEndpoint, explainAtMoment, secondsOf } from './kingfisher-legacy/moment.ts';
import { readProfile } from './kingfisher-legacy/profile.ts';
import { Session } from './kingfisher-legacy/session.ts';

/** Kingfisher's earlier interface on the dashboard's host: a login for a token, and maps of relative density. */
export const kingfisherLegacy: Provider = {
  info: kingfisherLegacyInfo,
  connect,
  variant: (kind, asset, options) => (kind === 'liquidation-profile' ? variantOf(chosen(asset, options)) : ''),
};

function connect(context: ProviderContext): ProviderClient {
  const session = new Session(context);
  const fetch = (asset: Asset, choice: MapChoice, moment: UnixMs | null, signal: AbortSignal) => {
    const question: Question =
      moment === null
        ? { endpoint: mapEndpoint, body: choice }
        : {
            endpoint: atMomentEndpoint,
            body: { ...choice, ts: secondsOf(moment, context.now()) },
            explain: explainAtMoment,
          };
    return ask(context, session, question, signal, (payload, receivedAt) =>
      readProfile(payload, { source: context.source, asset, choice, receivedAt, moment }),
    );
  };
  const fetchChosen = async (asset: Asset, moment: UnixMs | null, signal: AbortSignal) => {
    if (!assetPattern.test(asset)) throw notAnAsset();
    return fetch(asset, checkedFor(asset, context.options), moment, signal);
  };

  return {
    test: async (signal) => {
      const choice = checked(chosen('BTC', context.options));
      const { prices } = await fetch('BTC', choice, null, signal);
      const levels = prices.length === 1 ? '1 level' : `${prices.length.toLocaleString('en-US')} levels`;
      return `Logged in and asked for the latest ${choice.type} map of ${choice.pair} on ${choice.exchange}: ${levels} came back.`;
    },
    snapshots: { 'liquidation-profile': (asset, signal) => fetchChosen(asset, null, signal) },
    profileAt: (asset, at, signal) => fetchChosen(asset, at, signal),
  };
}

const notAnAsset = () =>
  new FailureError(
    failure('bad-request', `${providerName}: an asset is written in capital letters and digits, for instance BTC.`),
  );
