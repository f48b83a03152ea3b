import { KnownSecrets } from './known-secrets.ts';

const mask = '•••';

/** Words beside which a long run of letters and digits is taken for a secret. */
const word = String.raw`key|token|secret|passw|pwd|auth|credential|signature|session|cookie|bearer|login|jwt`;
const name = String.raw`(?:${word})[\w-]{0,40}`;
const quote = String.raw`\\*["']`;
const value = String.raw`(?:(?:bearer|basic)\s+)?[^\s"'\\,;&{}[\]]+`;

const patterns: readonly (readonly [RegExp, string])[] = [
  // Headers.
  [
    /\b((?:proxy-)?authorization|(?:set-)?cookie|x-[a-z0-9-]{0,40}(?:key|token|secret|auth)[a-z0-9-]{0,40})(\\*["']?\s*[:=]\s*\\*["']?)(?:(?:bearer|basic|token|digest)\s+)?[^\s"'\\,;]+/gi,
    `$1$2${mask}`,
  ],
  [/\b(bearer|basic)\s+[^\s"'\\,;]{6,}/gi, `$1 ${mask}`],
  // Fields and query parameters, quoted or not, escaped or not.
  [
    new RegExp(
      String.raw`(${name}(?:${quote})?)(\s*(?:=|%3d)\s*(?:${quote})?|\s*:\s*${quote}|:|%22(?:%3a|:)(?:%20|\s)*%22)(?!\s)${value}`,
      'gi',
    ),
    `$1$2${mask}`,
  ],
  // In a sentence, “key: invalid” is no secret.
  [new RegExp(String.raw`(${name}:\s+)(?=\S*\d|\S{16})${value}`, 'gi'), `$1${mask}`],
  [/([?&](?:sig|sign|hmac|code|access)=)[^\s&"'\\]+/gi, `$1${mask}`],
  // Users in addresses.
  [/(\/\/)[^\s/@"'\\]{1,400}@/g, `$1${mask}@`],
  // JSON Web Tokens, also cut off.
  [/\beyJ[\w-]{6,}(?:\.[\w-]*){0,2}/g, mask],
];

/** With a slash only when it is longer than a path usually is. */
const besideWord = new RegExp(
  String.raw`((?:${word})[^\n]{0,48}?)(?<![\w-])(?:(?=[\w-]*\d)[\w-]{20,}|[\w+/-]{40,})={0,2}`,
  'gi',
);

/** Takes secrets out of a text: the given ones in any writing, and whatever looks like one. */
export class Redactor {
  readonly #secrets: () => readonly string[];
  #for: readonly string[] = [];
  #known = new KnownSecrets([]);

  /** `secrets` is asked for every text, so that nothing here outlives a key that is removed. */
  constructor(secrets: () => readonly string[]) {
    this.#secrets = secrets;
  }

  clean(text: string): string {
    const secrets = this.#secrets();
    if (secrets.length !== this.#for.length || secrets.some((secret, at) => secret !== this.#for[at])) {
      this.#for = secrets;
      this.#known = new KnownSecrets(secrets);
    }
    let clean = this.#known.mask(text);
    for (const [pattern, masked] of patterns) clean = clean.replace(pattern, masked);
    return clean.replace(besideWord, `$1${mask}`);
  }
}
