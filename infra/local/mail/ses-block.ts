import { randomBytes } from 'node:crypto';
import { place } from '#infra/local/place';
import type { Envelope } from './envelope.ts';
import { type MailHeader, readHeaders } from './mail-headers.ts';
import type { MailVerdicts } from './verdicts.ts';

/** The block of headers that SES puts above those of the sender, in the order and the form of AWS's samples. */
export function sesBlock(
  messageId: string,
  envelope: Envelope,
  verdicts: MailVerdicts,
): MailHeader[] {
  const { from, recipients, client, now } = envelope;
  const name = client.name.replace(/[^\x21-\x7e]/g, '');
  const relay = `from ${name} (${name} [${client.address}])`;
  const spf = spfResult(envelope, name, verdicts.spf);
  return [
    { name: 'Return-Path', value: `<${from}>` },
    {
      name: 'Received',
      value: `${relay} by inbound-smtp.${place.region}.amazonaws.com with SMTP id ${messageId} for ${recipients[0] ?? ''}; ${mailDate(now)} (UTC)`,
    },
    { name: 'X-SES-Spam-Verdict', value: verdicts.spam },
    { name: 'X-SES-Virus-Verdict', value: verdicts.virus },
    { name: 'Received-SPF', value: spf },
    { name: 'Authentication-Results', value: authenticationResults(envelope, spf, verdicts) },
    { name: 'X-SES-RECEIPT', value: randomBytes(120).toString('base64') },
    { name: 'X-SES-DKIM-SIGNATURE', value: signature(now) },
  ];
}

/** A time as mails write it. */
export function mailDate(time: Date): string {
  return time.toUTCString().replace('GMT', '+0000');
}

function spfResult({ from, client }: Envelope, helo: string, verdict: string): string {
  const domain = from.split('@')[1] ?? helo;
  const about =
    verdict === 'PASS'
      ? `domain of ${domain} designates ${client.address} as permitted sender`
      : `domain of ${domain} does not designate ${client.address} as permitted sender`;
  return `${resultWord(verdict)} (spfCheck: ${about}) client-ip=${client.address}; envelope-from=${from}; helo=${helo};`;
}

function authenticationResults(
  { raw }: Envelope,
  spf: string,
  { dkim, dmarc }: MailVerdicts,
): string {
  const author = readHeaders(raw).find(({ name }) => name.toLowerCase() === 'from')?.value ?? '';
  const [, domain = ''] = /@([A-Za-z0-9.-]+)/.exec(author) ?? [];
  const results = [
    `spf=${spf.replace(/;$/, '')}`,
    `dkim=${resultWord(dkim)} header.i=@${domain}`,
    ...(dmarc === 'ABSENT' ? [] : [`dmarc=${resultWord(dmarc)} header.from=${domain}`]),
  ];
  return `amazonses.com; ${results.join('; ')};`;
}

/** The word of RFC 8601 for a verdict of SES. */
function resultWord(verdict: string): string {
  const words: Readonly<Record<string, string>> = {
    GRAY: 'none',
    PROCESSING_FAILED: 'temperror',
    ABSENT: 'none',
  };
  return words[verdict] ?? verdict.toLowerCase();
}

function signature(now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  return `a=rsa-sha256; q=dns/txt; b=${randomBytes(96).toString('base64')}; c=relaxed/simple; s=local; d=amazonses.com; t=${seconds}; v=1; bh=${randomBytes(32).toString('base64')}; h=From:To:Cc:Bcc:Subject:Date:Message-ID:MIME-Version:Content-Type:X-SES-RECEIPT;`;
}
