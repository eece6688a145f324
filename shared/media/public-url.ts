import { BlockList } from 'node:net';

/** Ranges that no public host stands in (IANA special-purpose registries), those that wrap an IPv4 address included. */
const networks4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
];
/** Everything but global unicast (2000::/3), and of that what is reserved, a tunnel or for documents. */
const networks6 = [
  ...['::/3', '4000::/2', '8000::/1'],
  ...['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
];

/** One list for each family: one for both would take every IPv4 address for its IPv6 form, which `::/3` holds. */
const inward4 = listOf(networks4, 'ipv4');
const inward6 = listOf(networks6, 'ipv6');

function listOf(networks: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** Names of this machine and of private networks (RFC 6761, 6762, 8375; ICANN's `internal`). */
const inwardNames = /(^|\.)(localhost|localdomain|local|internal|home\.arpa|lan|intranet)$/;

/**
 * The reason why a file is not to be fetched from this address; undefined when it may be. An address is https, names a
 * public host and tells no secret. A number in any spelling (decimal, octal, hexadecimal, short) is read as a URL
 * parser reads it. A name is not resolved: only the provider that fetches it knows its address. Pure.
 */
export function notPublic(address: string): string | undefined {
  const url = URL.parse(address);
  if (url === null) return 'not a URL';
  if (url.protocol !== 'https:') return `begins with ${url.protocol}, allowed is https:`;
  if (!/^https:\/\//i.test(address)) return 'has no // behind https:';
  // A parser would drop or turn these, and another one would not.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
  if (/[\u0000-\u0020\u007f-\u009f\\]/.test(address)) return 'holds a blank or a backslash';
  if (/^https:\/\/[^/?#]*@/i.test(address)) return 'holds a user name or a password';
  const host = url.hostname.replace(/\.$/, '');
  return isInward(host) ? `the host ${host.slice(0, 100)} is not public` : undefined;
}

function isInward(host: string): boolean {
  if (host.startsWith('[')) return inward6.check(host.slice(1, -1), 'ipv6');
  if (/^[\d.]+$/.test(host)) return inward4.check(host, 'ipv4');
  return !host.includes('.') || inwardNames.test(host);
}
