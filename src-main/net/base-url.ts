import { failure, type Failure, type Result } from '../contract/failure.ts';

/**
 * A REST base URL the user typed, as Halcyon keeps it: https (plain http only on this computer), no user or password, no
 * query or fragment, no trailing slash. What is wrong with it is one sentence.
 */
export const readBaseUrl = (text: string): Result<string> => read(text, 'https:', 'http:', 'base URL');

/** The same for a stream URL: wss, or ws on this computer. */
export const readStreamUrl = (text: string): Result<string> => read(text, 'wss:', 'ws:', 'stream URL');

/** The stream of a REST base URL that passed `readBaseUrl`: the same host by WebSocket, the provider's path appended. */
export function streamUrlOf(restUrl: string, streamPath: string): string {
  return `${restUrl.replace(/^http/, 'ws').replace(/\/+$/, '')}${streamPath}`;
}

export interface CustomUrls {
  readonly restUrl: string;
  readonly streamUrl: string;
}

/** Both URLs of a custom host; an empty stream URL is derived from the base URL by the provider's `streamPath`. */
export function readCustomUrls(baseUrl: string, streamUrl: string, streamPath: string): Result<CustomUrls> {
  const rest = readBaseUrl(baseUrl);
  if (!rest.ok) return rest;
  if (streamUrl.trim() === '') {
    return { ok: true, value: { restUrl: rest.value, streamUrl: streamUrlOf(rest.value, streamPath) } };
  }
  const stream = readStreamUrl(streamUrl);
  if (!stream.ok) return stream;
  return { ok: true, value: { restUrl: rest.value, streamUrl: stream.value } };
}

/** `localhost`, 127.0.0.0/8 and ::1; the URL parser has already turned 127.1 and 0x7f000001 into 127.0.0.1. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function read(text: string, secure: 'https:' | 'wss:', plain: 'http:' | 'ws:', what: string): Result<string> {
  const typed = text.trim();
  const example = `${secure}//host/path`;
  if (typed === '') return refuse(`Enter a ${what}, for instance ${example}.`);
  if (!URL.canParse(typed)) return refuse(`The ${what} is not a web address: write it as ${example}.`);
  const url = new URL(typed);
  if (url.protocol !== secure && url.protocol !== plain) {
    return refuse(`The ${what} must start with ${secure}//.`);
  }
  if (url.username !== '' || url.password !== '') {
    return refuse(`The ${what} must not contain a user name or password: the key has its own field.`);
  }
  if (typed.includes('?') || typed.includes('#'))
    return refuse(`The ${what} must not contain a query or a fragment (? or #).`);
  if (url.protocol === plain && !isLoopback(url.hostname)) {
    return refuse(`The ${what} must start with ${secure}//: without encryption the key could be read on the way.`);
  }
  return { ok: true, value: `${url.protocol}//${url.host}${url.pathname}`.replace(/\/+$/, '') };
}

const refuse = (message: string): { ok: false; failure: Failure } => ({
  ok: false,
  failure: failure('bad-request', message),
});
