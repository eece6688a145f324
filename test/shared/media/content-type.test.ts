import { describe, expect, it } from 'vitest';
import { contentTypeOf } from '#shared/media/content-type';

const bytes = (text: string) => Buffer.from(text.padEnd(16, '\0'), 'latin1');
const heads = {
  jpeg: bytes('\xff\xd8\xff\xe0'),
  png: bytes('\x89PNG\r\n\x1a\n'),
  webp: bytes('RIFF\x10\0\0\0WEBPVP8 '),
  wave: bytes('RIFF\x10\0\0\0WAVEfmt '),
  ogg: bytes('OggS'),
  pdf: bytes('%PDF-1.7'),
  m4a: bytes('\0\0\0\x18ftypM4A '),
  mp4: bytes('\0\0\0\x18ftypisom'),
  threeGp: bytes('\0\0\0\x18ftyp3gp4'),
  zip: bytes('PK\x03\x04'),
  ole: bytes('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'),
  html: bytes('<html>'),
  empty: Buffer.alloc(0),
};
const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

describe('the content type that is kept', () => {
  it.each<[string, keyof typeof heads]>([
    ['image/jpeg', 'jpeg'],
    ['image/webp', 'webp'],
    ['audio/ogg; codecs=opus', 'ogg'],
    ['audio/mp4', 'm4a'],
    ['audio/aac', 'mp4'],
    ['video/3gpp', 'threeGp'],
    [docx, 'zip'],
    ['application/msword', 'ole'],
    ['application/pdf', 'pdf'],
    // Nothing is known of their first bytes.
    ['text/plain', 'html'],
    ['audio/aac', 'empty'],
  ])('is %s where the bytes allow it (%s)', (declared, head) => {
    expect(contentTypeOf(declared, heads[head])).toBe(declared);
  });

  it.each<[string, keyof typeof heads, string]>([
    ['application/octet-stream', 'jpeg', 'image/jpeg'],
    ['image/jpeg', 'png', 'image/png'],
    ['image/png', 'pdf', 'application/pdf'],
    ['text/html', 'pdf', 'application/pdf'],
    ['image/jpeg', 'zip', 'application/zip'],
    ['', 'threeGp', 'video/3gpp'],
  ])('is not %s where the bytes are %s', (declared, head, seen) => {
    expect(contentTypeOf(declared, heads[head])).toBe(seen);
  });

  it.each<[string, keyof typeof heads]>([
    ['image/jpeg', 'html'],
    ['image/webp', 'wave'],
    ['image/png', 'empty'],
    ['text/html\r\nx-header: y', 'html'],
    ['nonsense', 'html'],
  ])('is unknown for %j with %s', (declared, head) => {
    expect(contentTypeOf(declared, heads[head])).toBe('application/octet-stream');
  });
});
