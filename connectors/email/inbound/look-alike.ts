import { domainToUnicode } from 'node:url';
import type { Account } from '#connectors/email/account';
import { splitAddress } from '#connectors/email/mail-address';
import type { Authenticity } from '#shared/model/message';
import { nameShowsAddress, type Person } from './mail-people.ts';

type Warning = NonNullable<Authenticity['warnings']>[number];

/**
 * Letters of Cyrillic, Greek and Armenian, and digits, that read as a Latin letter (a choice from Unicode's
 * confusables.txt, UTS 39). Capital letters are lowered first.
 */
const readsAs = new Map(
  Object.entries({
    ...{ а: 'a', в: 'b', с: 'c', ԁ: 'd', е: 'e', ё: 'e', һ: 'h', і: 'i', ї: 'i', ј: 'j', к: 'k' },
    ...{ ӏ: 'l', м: 'm', н: 'h', о: 'o', р: 'p', ԛ: 'q', г: 'r', ѕ: 's', т: 't', у: 'y', ѵ: 'v' },
    ...{ ԝ: 'w', х: 'x', ү: 'y', α: 'a', β: 'b', ε: 'e', η: 'n', ι: 'i', κ: 'k', ν: 'v', ο: 'o' },
    ...{ ρ: 'p', τ: 't', υ: 'u', χ: 'x', γ: 'y', ω: 'w', օ: 'o', ո: 'n', ս: 'u', ց: 'g', հ: 'h' },
    ...{ ı: 'i', ł: 'l', ø: 'o', đ: 'd', ħ: 'h', ɡ: 'g', ɑ: 'a', 0: 'o', 1: 'l', 5: 's' },
  }),
);

const scripts = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Cherokee}/u,
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u,
];

/** Longer names are cut, because each letter is looked at. */
const longestName = 1000;

/**
 * Finds what may deceive the reader of a sender: a domain or a name that reads as another one. It decides nothing; a
 * helpdesk shows it. Japanese and Korean names mix Latin with their own letters, and are no mixture here.
 */
export function warningsOf({ address, name }: Person, account: Account): Warning[] {
  const { domain } = splitAddress(address);
  const own = [splitAddress(account.address).domain, account.replyDomain ?? ''];
  const labels = domainToUnicode(domain).split('.');
  const words = name.slice(0, longestName).split(/[\s.,;:_()"'@-]+/);
  const found: Record<Warning, boolean> = {
    mixed_script_domain: labels.some(mixesScripts),
    look_alike_domain: readsAsAnother(labels, domain, own),
    mixed_script_name: words.some(mixesScripts),
    name_shows_address: nameShowsAddress(name, address),
    name_like_ours: isLikeOurs(name, address, account),
  };
  return (Object.keys(found) as Warning[]).filter((warning) => found[warning]);
}

function mixesScripts(word: string): boolean {
  const used = scripts.filter((script) => script.test(word));
  const [latin, eastAsian] = [scripts[0], scripts.at(-1)];
  if (used.length === 2 && used[0] === latin && used[1] === eastAsian) return false;
  return used.length > 1;
}

/** True for a label of another script that reads as Latin letters alone, and for a domain that reads as ours. */
function readsAsAnother(
  labels: readonly string[],
  domain: string,
  own: readonly string[],
): boolean {
  const [last = ''] = labels.slice(-1);
  const isForeign = /[^\x21-\x7e]/.test(last);
  const disguised = labels.some((label) => isDisguised(label));
  if (disguised && !isForeign) return true;
  const read = skeleton(labels.join('.'));
  return own.some(
    (each) => each !== '' && each !== domain && !isBelow(domain, each) && skeleton(each) === read,
  );
}

/** Scripts with letters that read as Latin ones. An accent on a Latin letter is seen. */
const disguise = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}]/u;

function isDisguised(label: string): boolean {
  return disguise.test(label) && /^[a-z0-9-]+$/.test(foldLetters(label));
}

function isBelow(domain: string, parent: string): boolean {
  return domain.endsWith(`.${parent}`);
}

/** The name that customers know us by, or our address, as the name of another sender. */
function isLikeOurs(name: string, address: string, account: Account): boolean {
  if (address === account.address || name.trim() === '') return false;
  const read = skeleton(name);
  const ours = [account.fromName ?? '', account.address];
  return ours.some((each) => each.trim() !== '' && skeleton(each) === read);
}

/** A text as it reads at a glance: similar letters are one letter, and accents, blanks and case do not count. */
function skeleton(text: string): string {
  return foldLetters(text.slice(0, longestName))
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll('i', 'l')
    .replace(/[^\p{L}\p{N}.@]/gu, '');
}

function foldLetters(text: string): string {
  const letters = text.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '');
  return [...letters].map((letter) => readsAs.get(letter) ?? letter).join('');
}
