import { describe, expect, it } from 'vitest';
import { Account } from '#connectors/email/account';
import { cleanFileName } from '#connectors/email/inbound/files/mail-attachments';
import { readTime } from '#connectors/email/inbound/mail-time';
import { readAddress } from '#connectors/email/mail-address';

describe('a file name', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\anna\\a.pdf', 'a.pdf'],
    ['a\u0000.exe.pdf', 'a.exe.pdf'],
    ['a\r\nBcc: x.pdf', 'a Bcc_ x.pdf'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['con.txt', '_con.txt'],
    ['report. . ', 'report'],
    ['..', ''],
    ['注文書.pdf', '注文書.pdf'],
  ])('%j becomes %j', (name, expected) => {
    expect(cleanFileName(name)).toBe(expected);
  });
});

describe('an address', () => {
  it.each([
    ['Anna <Anna@Customer.example>', 'anna@customer.example'],
    ['boss@acme.example <x@evil.example>', 'x@evil.example'],
    ['"a@b x"@evil', undefined],
    ['a@b@c', undefined],
    ['anna', undefined],
    ['', undefined],
    [`${'a'.repeat(320)}@x.example`, undefined],
    ['an\u202ena@x.example', undefined],
  ])('%j is read as %j', (text, expected) => {
    expect(readAddress(text)).toBe(expected);
  });
});

describe('the time of a mail', () => {
  const received = '2026-11-03T09:12:02.123Z';
  it.each([
    ['Tue, 3 Nov 2026 10:12:00 +0100', '2026-11-03T09:12:00.000Z'],
    ['Tue, 3 Nov 2026 13:00:00 +0000', received],
    ['1 Jan 1970 00:00:00 +0000', received],
    ['yesterday', received],
    [undefined, received],
  ])('dated %s is %s', (date, expected) => {
    expect(readTime(date, received)).toBe(expected);
  });
});

it('an account is read with its address in lower case, and not without one', () => {
  expect(Account.parse({ address: ' Help@Acme.example ' })).toEqual({
    address: 'help@acme.example',
  });
  expect(Account.safeParse({ address: 'help' }).success).toBe(false);
});
