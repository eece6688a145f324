import { describe, expect, it } from 'vitest';
import { notPublic } from '#shared/media/public-url';

describe('an address to fetch a file from', () => {
  it.each([
    'https://files.example/a.png',
    'HTTPS://Files.Example/a.png?b=c#d',
    'https://files.example:8443/a',
    'https://grüße.example/ä.png',
    'https://93.184.216.34/a',
    'https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/a',
    'https://files.example/user@name',
    'https://files.example./a',
    'https://local.example/a',
    'https://10.example/a',
  ])('may be %s', (address) => {
    expect(notPublic(address)).toBeUndefined();
  });

  it.each([
    ['http://files.example/a', 'begins with http:, allowed is https:'],
    ['ftp://files.example/a', 'begins with ftp:'],
    ['s3://archive/uploads/a', 'begins with s3:'],
    ['data:image/png;base64,AAAA', 'begins with data:'],
    ['https:files.example/a', 'has no // behind https:'],
    ['nonsense', 'not a URL'],
    ['https://', 'not a URL'],
    ['https://user:secret@files.example/a', 'holds a user name or a password'],
    ['https://user@files.example/a', 'holds a user name or a password'],
    ['https://@files.example/a', 'holds a user name or a password'],
    ['https://files.example\\@127.0.0.1/a', 'holds a blank or a backslash'],
    ['https://files.example/a b', 'holds a blank or a backslash'],
    ['https://fi\nles.example/a', 'holds a blank or a backslash'],
  ])('is not %j: %s', (address, words) => {
    expect(notPublic(address)).toContain(words);
  });

  it.each([
    ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'printer.local', 'Printer.LOCAL.'],
    ...['metadata.google.internal', 'nas', 'router.lan', 'box.home.arpa', 'x.localdomain'],
    ...[
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '127.0.0.1.',
      '0',
      '0.0.0.0',
    ],
    ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '0xa9fea9fe'],
    ...['100.64.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '１２７.0.0.1', '192.0.2.1'],
    ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[fe80::1]'],
    ...[
      '[fc00::1]',
      '[fd12:3456::1]',
      '[fec0::1]',
      '[ff02::1]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
    ],
    ...['[2001::1]', '[2001:db8::1]', '[0:0:0:0:0:ffff:a00:1]', '[fe80::1]:8443'],
  ])('is none on the host %s', (host) => {
    expect(notPublic(`https://${host}/a.png`)).toContain('is not public');
  });

  it('is none on a public neighbour of those ranges’ ends, read as such', () => {
    for (const host of ['172.32.0.1', '172.15.0.1', '11.0.0.1', '100.128.0.1', '169.253.0.1']) {
      expect(notPublic(`https://${host}/`)).toBeUndefined();
    }
  });
});
