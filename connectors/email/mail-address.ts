/** RFC 5321 4.5.3.1: 64 octets, `@`, 255 octets. */
const longestAddress = 320;

/**
 * One plain address: no quotes, no comments, no blanks. Quoted local parts and routes are refused, because parsers
 * disagree about them (`"a@b x"@evil`) and a wrong reading answers to the wrong person.
 */
const plainAddress = /^[^\s@"<>(),;:\\[\]\p{Cc}\p{Cf}]+@[^\s@"<>(),;:\\[\]\p{Cc}\p{Cf}]+$/u;

/** The lower-cased address in `Name <local@domain>` or `local@domain`; nothing when there is no plain one. */
export function readAddress(text: string): string | undefined {
  const opened = text.lastIndexOf('<');
  const closed = text.indexOf('>', opened);
  const inner = opened >= 0 && closed > opened ? text.slice(opened + 1, closed) : text;
  const address = inner.trim().toLowerCase();
  if (address.length > longestAddress) return undefined;
  return plainAddress.test(address) ? address : undefined;
}

/** Local part and domain of an address that `readAddress` returned. */
export function splitAddress(address: string): { readonly local: string; readonly domain: string } {
  const at = address.lastIndexOf('@');
  return { local: address.slice(0, at), domain: address.slice(at + 1) };
}
