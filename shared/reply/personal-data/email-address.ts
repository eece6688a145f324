import { type Found, without } from './finding.ts';

const maxLocal = 64;
const maxDomain = 255;

/** Words for the sign and the dot in brackets: `jane [at] example (dot) com`. */
const bracketedAt = / {0,2}[([{<] ?(?:at|ät|arroba|arobase|@) ?[)\]}>] {0,2}/giu;
const bracketedDot = / {0,2}[([{<] ?(?:dot|punkt|punto|point|\.) ?[)\]}>] {0,2}/giu;
const endings =
  'com|net|org|info|eu|io|co|de|ch|at|be|es|fr|it|nl|pl|pt|ru|jp|uk|edu|gov|mx|br|ar|cl';
/** Hosts of mailboxes for everyone: what stands before one of them is a mailbox. */
const hosts =
  'gmail|googlemail|yahoo|ymail|outlook|hotmail|live|icloud|me|aol|gmx|web|t-online|freenet|posteo|proton|protonmail|' +
  'mail|yandex|orange|wanadoo|free|laposte|sfr|libero|docomo|ezweb|softbank|qq|163|naver|wp|zoho';
const host = String.raw`(?:${hosts})\.(?:(?:co|com)\.)?(?:${endings}|ne\.jp)(?![\w-])`;
const at = '(?:at|ät|arroba|arobase)';
/** Words before "at" in sentences that show the way to a page. */
const noMailbox =
  '(?:us|me|him|her|it|them|you|in|up|on|out|is|are|here|now|more|online|live|look|find|found|available|visit|shop|store|' +
  'site|website|page|account|address|inbox|mailbox|login|email|mail|details|info|check|support|hello|hi|thanks)';
/** A name that looks like that of a mailbox: `jane.doe`. */
const looksLikeName = String.raw`(?=[a-z]+\d{0,4}[._][a-z])`;
const local = String.raw`(?<![\w.+-])(?!${noMailbox}\s)([a-z\d][\w.+-]{0,62}\w)`;

/** Both words without brackets. One of them alone is a word of many sentences. */
const spelledOut = new RegExp(
  String.raw`${local}\s${at}\s([\w-]{2,63})\s(?:dot|punkt|punto|point)\s(${endings})(?![\w-])`,
  'giu',
);
/** A space or the end of a line beside a sign of the address. */
const cutAfterAt = /(?<=[\w.+-]@)\s(?=[\w-]{2,63}\s?\.\s?[a-z])/giu;
const cutAtDot = new RegExp(
  String.raw`(?<=@\s?[\w-]{2,63})(?:\s\.\s?|\.\s)(?=(?:${endings})(?![\w-]))`,
  'giu',
);
/** Spaces around the sign, where the name before it looks like that of a mailbox, or the host is one of mailboxes. */
const spacedOut =
  /(?<![\w.+-])(?=[\w+-]{0,63}[._\d])([a-z][\w.+-]{0,62}\w)\s?@\s?(?=[\w-]+\.[a-z])/giu;
const spacedHost = new RegExp(String.raw`${local}\s?@\s?(?=${host})`, 'giu');
const wordHost = new RegExp(String.raw`${local}\s${at}\s(?=${host})`, 'giu');
const wordName = new RegExp(
  String.raw`(?<![\w.+-])${looksLikeName}([\w.+-]{2,63}\w)\s${at}\s(?=[\w-]{2,63}\.(?:${endings})(?![\w-]))`,
  'giu',
);

const asciiLocal = /[\w.!#$%&'*+/=?^`{|}~-]+$/;
const anyLocal = /[\p{L}\p{N}\p{M}_.%+&'-]+$/u;
const asciiDomain =
  /^(?:[a-z0-9][a-z0-9-]{0,62}\.){1,8}(?:xn--[a-z0-9-]{2,59}|[a-z]{2,24})(?![a-z0-9-])/i;
const anyDomain = /^(?:[\p{L}\p{N}][\p{L}\p{N}\p{M}-]{0,62}\.){1,8}[\p{L}\p{M}]{2,24}/u;
const quotedLocal = /"[^"\n]{1,62}"$/;
/** Names of files hold the sign too: `logo@2x.png`. */
const fileName = /^\d+x\.|\.(?:png|jpe?g|gif|webp|svg|pdf|js|ts|css|html?)$/i;

/** Finds email addresses, also of other scripts and with the sign in words. */
export function emailAddresses(text: string): readonly Found[] {
  const found = [...text.matchAll(/@/g)].flatMap(({ index }) => addressAt(text, index) ?? []);
  return [...found, ...inWords(without(text, found))];
}

function addressAt(text: string, at: number): Found | undefined {
  const before = text.slice(Math.max(0, at - maxLocal), at);
  const after = text.slice(at + 1, at + 1 + maxDomain);
  const [quoted] = quotedLocal.exec(before) ?? [];
  const [local = ''] = asciiLocal.exec(before) ?? anyLocal.exec(before) ?? [];
  const [domain = ''] = asciiDomain.exec(after) ?? anyDomain.exec(after) ?? [];
  const name = quoted ?? local.replace(/^[^\p{L}\p{N}]+/u, '');
  const start = at - name.length;
  if (name === '' || domain === '' || fileName.test(domain)) return undefined;
  // `@name@server` is a handle of a social network, `git@host:path` the address of code.
  if (text[start - 1] === '@' || (name === 'git' && after[domain.length] === ':')) return undefined;
  const end = at + 1 + domain.length;
  return { kind: 'email_address', value: `${name}@${domain}`, start, end };
}

/** One that is written in words has no place of its own: the search begins anew in the rewritten text. */
function inWords(text: string): readonly Found[] {
  const rewritten = text
    .replace(bracketedAt, '@')
    .replace(bracketedDot, '.')
    .replace(spelledOut, '$1@$2.$3')
    .replace(cutAtDot, '.')
    .replace(cutAfterAt, '')
    .replace(spacedOut, '$1@')
    .replace(spacedHost, '$1@')
    .replace(wordHost, '$1@')
    .replace(wordName, '$1@');
  if (rewritten === text) return [];
  return [...rewritten.matchAll(/@/g)].flatMap(({ index }) => {
    const found = addressAt(rewritten, index);
    return found ? { ...found, start: 0, end: 0 } : [];
  });
}
