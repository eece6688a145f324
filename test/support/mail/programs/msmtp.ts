import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isInstalled, type Letter, type MailProgram, run } from './program.ts';

/** A sendmail: it is given a whole mail, finds the recipient in it, and adds Date and Message-ID. */
export const msmtp: MailProgram = {
  name: 'msmtp',
  isThere: isInstalled('msmtp'),
  write: async (letter, { host, port }) => {
    const server = [`--host=${host}`, `--port=${port}`, '--domain=mail.customer.example'];
    const added = ['--set-date-header=auto', '--set-msgid-header=auto'];
    await run('msmtp', [...server, ...added, `--from=${letter.from}`, '-t'], mimeOf(letter));
  },
};

/** Written by hand, as a script would. */
function mimeOf({ from, to, subject, text, file, threading }: Letter): string {
  const { inReplyTo, references } = threading;
  return [
    ...[`From: Fred <${from}>`, `To: ${to}`, `Subject: ${subject}`],
    ...(inReplyTo ? [`In-Reply-To: ${inReplyTo}`] : []),
    ...(references ? [`References: ${references.replaceAll(' ', '\n ')}`] : []),
    ...['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="=_script"', ''],
    ...['--=_script', 'Content-Type: text/plain; charset=utf-8', '', text],
    ...['--=_script', 'Content-Type: application/octet-stream'],
    `Content-Disposition: attachment; filename=${basename(file)}`,
    ...['Content-Transfer-Encoding: base64', '', ...base64Lines(file)],
    ...['--=_script--', ''],
  ].join('\n');
}

function base64Lines(file: string): string[] {
  return (
    readFileSync(file)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  );
}
