import { type Found, without } from './finding.ts';

const maxLocal = 64;
const maxDomain = 255;

/** Words for the sign and the dot in brackets: `jane [at] example (dot) com`. */
const bracketedAt = / {0,2}[([{<] ?(?:at|ät|arroba|arobase|@) ?[)\]}>] {0,2}/giu;
const bracketedDot = / {0,2}[([{<] ?(?:dot|punkt|punto|point|\.) ?[)\]}>] {0,2}/giu;
/** Both words without brackets. One of them alone is a word of many sentences. */
const spelledOut =
  /(?<![\w.+-])([\w.+-]{2,64}) (?:at|ät|arroba|arobase) ([\w-]{2,63}) (?:dot|punkt|punto|point) (com|net|org|info|eu|io|co|de|ch|es|fr|nl|pl|pt|jp|uk|edu|gov|mx|br|ar|cl)(?![\w-])/giu;
/** Spaces around the sign, where the name before it looks like that of a mailbox. */
const spacedOut = /(?<![\w.+-])(?=[\w+-]{0,63}[._\d])([a-z][\w.+-]{1,63}) @ (?=[\w-]+\.[a-z])/giu;

const asciiLocal = /[\w.!#$%&'*+/=?^`{|}~-]+$/;
const anyLocal = /[\p{L}\p{N}\p{M}_.%+&'-]+$/u;
const asciiDomain =
  /^(?:[a-z0-9][a-z0-9-]{0,62}\.){1,8}(?:xn--[a-z0-9-]{2,59}|[a-z]{2,24})(?![a-z0-9-])/i;
const anyDomain = /^(?:[\p{L}\p{N}][\p{L}\p{N}\p{M}-]{0,62}\.){1,8}[\p{L}\p{M}]{2,24}/u;
/** Names of files hold the sign too: `logo@2x.png`. */
const fileEnding = /\.(?:png|jpe?g|gif|webp|svg|pdf|zip|js|ts|css|html?)$/i;

/** Finds email addresses, also of other scripts and with the sign in words. */
export function emailAddresses(text: string): readonly Found[] {
  const found = [...text.matchAll(/@/g)].flatMap(({ index }) => addressAt(text, index) ?? []);
  return [...found, ...inWords(without(text, found))];
}

function addressAt(text: string, at: number): Found | undefined {
  const before = text.slice(Math.max(0, at - maxLocal), at);
  const after = text.slice(at + 1, at + 1 + maxDomain);
  const [local = ''] = asciiLocal.exec(before) ?? anyLocal.exec(before) ?? [];
  const [domain = ''] = asciiDomain.exec(after) ?? anyDomain.exec(after) ?? [];
  const name = local.replace(/^[^\p{L}\p{N}]+/u, '');
  const start = at - name.length;
  // `@name@server` is a handle of a social network.
  if (name === '' || domain === '' || text[start - 1] === '@' || fileEnding.test(domain)) {
    return undefined;
  }
  const end = at + 1 + domain.length;
  return { kind: 'email_address', value: `${name}@${domain}`, start, end };
}

/** One that is written in words has no place of its own: the search begins anew in the rewritten text. */
function inWords(text: string): readonly Found[] {
  const rewritten = text
    .replace(bracketedAt, '@')
    .replace(bracketedDot, '.')
    .replace(spelledOut, '$1@$2.$3')
    .replace(spacedOut, '$1@');
  if (rewritten === text) return [];
  return [...rewritten.matchAll(/@/g)].flatMap(({ index }) => {
    const found = addressAt(rewritten, index);
    return found ? { ...found, start: 0, end: 0 } : [];
  });
}
