import { describe, expect, it } from 'vitest';
import { mailOf, readMessage } from './inbox.ts';

/** A mail of these parts. */
function mailWith(type: string, ...parts: readonly (readonly string[])[]): string {
  const written = parts.map((lines) => ['--B', ...lines].join('\n'));
  return mailOf([...written, '--B--', ''].join('\n'), [
    'MIME-Version: 1.0',
    `Content-Type: ${type}; boundary=B`,
  ]);
}

const text = ['Content-Type: text/plain; charset=utf-8', '', 'My router is broken.'];
const base64 = (type: string) => [
  ...[`Content-Type: ${type}`, 'Content-Transfer-Encoding: base64', '', 'AAECAwQFBgc='],
];

describe('a part that is not opened is a file', () => {
  it.each<[string, string, string]>([
    [
      'the signature of S/MIME',
      mailWith(
        'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256',
        text,
        base64('application/pkcs7-signature; name=smime.p7s'),
      ),
      'smime.p7s',
    ],
    [
      'the signature of PGP',
      mailWith('multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha256', text, [
        'Content-Type: application/pgp-signature; name=signature.asc',
        '',
        '-----BEGIN PGP SIGNATURE-----',
      ]),
      'signature.asc',
    ],
    [
      'winmail.dat',
      mailWith('multipart/mixed', text, base64('application/ms-tnef; name=winmail.dat')),
      'winmail.dat',
    ],
  ])('%s, and the text is read as usual', async (_, mail, fileName) => {
    const message = await readMessage(mail);
    expect(message.text).toBe('My router is broken.');
    expect(message.attachments).toMatchObject([{ fileName, kind: 'document' }]);
  });

  it('a mail that was forwarded as a whole', async () => {
    const forwarded = ['Content-Type: message/rfc822', '', 'Subject: inner', '', 'the inner words'];
    const message = await readMessage(mailWith('multipart/mixed', text, forwarded));
    expect(message.text).toBe('My router is broken.');
    expect(message.attachments).toMatchObject([{ contentType: 'message/rfc822', kind: 'other' }]);
  });

  it.each<[string, string, object[]]>([
    [
      'of S/MIME',
      mailOf('MIAGCSqGSIb3DQEHA6CAMIACAQAx', [
        'MIME-Version: 1.0',
        'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m',
        'Content-Transfer-Encoding: base64',
      ]),
      [{ fileName: 'smime.p7m' }],
    ],
    [
      'of PGP',
      mailWith(
        'multipart/encrypted; protocol="application/pgp-encrypted"',
        ['Content-Type: application/pgp-encrypted', '', 'Version: 1'],
        [
          'Content-Type: application/octet-stream; name=encrypted.asc',
          '',
          '-----BEGIN PGP MESSAGE-----',
        ],
      ),
      [{ contentType: 'application/pgp-encrypted' }, { fileName: 'encrypted.asc' }],
    ],
  ])('an encrypted mail %s, whose text stays closed', async (_, mail, files) => {
    const message = await readMessage(mail);
    expect(message.attachments).toMatchObject(files);
    expect(message.text ?? '').not.toMatch(/BEGIN PGP|MIAG/);
  });
});
