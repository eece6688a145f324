import { domainToASCII, domainToUnicode } from 'node:url';

/** RFC 5321 4.5.3.1: 64 octets, `@`, 255 octets. */
const longestAddress = 320;

/**
 * One plain address: no quotes, no comments, no blanks. Quoted local parts and routes are refused, because parsers
 * disagree about them (`"a@b x"@evil`) and a wrong reading answers to the wrong person.
 */
const plainAddress = /^[^\s@"<>(),;:\\[\]\p{Cc}\p{Cf}]+@[^\s@"<>(),;:\\[\]\p{Cc}\p{Cf}]+$/u;

const asciiDomain = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/**
 * The address in `Name <local@domain>` or `local@domain`, in the one form in which addresses are compared; nothing
 * when there is no plain one. Two addresses get the same form only if they are the same mailbox: of letters, A to Z
 * alone are lowered (Unicode would make a `k` of the Kelvin sign), and the domain becomes ASCII.
 */
export function readAddress(text: string): string | undefined {
  const opened = text.lastIndexOf('<');
  const closed = text.indexOf('>', opened);
  const inner = opened >= 0 && closed > opened ? text.slice(opened + 1, closed) : text;
  const address = lowerAscii(inner.trim());
  if (address.length > longestAddress || !plainAddress.test(address)) return undefined;
  // An encoded word in an address: a program that decodes it reads another one.
  if (address.includes('=?')) return undefined;
  const { local, domain } = splitAddress(address);
  const ascii = domainOf(domain);
  return ascii === undefined ? undefined : `${local}@${ascii}`;
}

/** Local part and domain of an address that `readAddress` returned. */
export function splitAddress(address: string): { readonly local: string; readonly domain: string } {
  const at = address.lastIndexOf('@');
  return { local: address.slice(0, at), domain: address.slice(at + 1) };
}

/**
 * A domain as the DNS has it. One that IDNA would first have to map (full-width letters, the Kelvin sign, capital
 * umlauts) is refused: the server that checked the sender may have looked up another domain than the mapped one.
 */
function domainOf(domain: string): string | undefined {
  if (/^[\x21-\x7e]+$/.test(domain)) return asciiDomain.test(domain) ? domain : undefined;
  const ascii = domainToASCII(domain);
  return asciiDomain.test(ascii) && domainToUnicode(ascii) === domain ? ascii : undefined;
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
