/** Shorter ones are not replaced: a key of a few characters would be found inside ordinary numbers and words. */
const shortestSecret = 6;
const mask = '•••';

/** `text` without the given secrets. Cheap where there is nothing to replace, so it may be run over every answer. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < shortestSecret) continue;
    for (const form of new Set([
      secret,
      encodeURIComponent(toWellFormed(secret)),
      JSON.stringify(secret).slice(1, -1),
    ])) {
      if (clean.includes(form)) clean = clean.replaceAll(form, mask);
    }
  }
  return clean;
}

/** A lone half of a pair cannot be written into a URL. */
const toWellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');

// Runs are bounded: a server's text must not take minutes to look through.
const bearer = /\b(Bearer|Basic)\s{1,9}[^\s"',;]+/gi;
const keyHeader = /\b(X-[A-Z0-9-]{0,40}(?:Key|Token|Secret))(["']?\s{0,9}[:=]\s{0,9}["']?)[^\s"',;]+/gi;
const keyField =
  /\b(api[-_]?key|apikey|access[-_]?token|token|secret|password)(["']?\s{0,9}[:=]\s{0,9}["']?)[^\s"',;&]+/gi;

/** For messages and logs: given secrets, and anything that looks like one (`Bearer …`, `X-…-Key: …`, `"apiKey": "…"`), masked. */
export function redact(text: string, secrets: readonly string[] = []): string {
  return withoutSecrets(text, secrets)
    .replace(bearer, `$1 ${mask}`)
    .replace(keyHeader, `$1$2${mask}`)
    .replace(keyField, `$1$2${mask}`);
}

/** For putting a provider's own words into a sentence: one line, no control characters, at most `length` characters. */
export function oneLine(text: string, length = 200): string {
  const flat = text
    .slice(0, length * 8)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return flat.length > length ? `${flat.slice(0, length - 1)}…` : flat;
}
