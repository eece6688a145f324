import { isInstalled, type MailProgram, run } from './program.ts';

export const swaks: MailProgram = {
  name: 'swaks',
  isThere: isInstalled('swaks'),
  write: async ({ from, to, subject, text, file, threading }, { host, port }) => {
    const headers = [
      ...(threading.inReplyTo ? [`In-Reply-To: ${threading.inReplyTo}`] : []),
      ...(threading.references ? [`References: ${threading.references}`] : []),
      `Subject: ${subject}`,
    ];
    await run('swaks', [
      ...['--server', host, '--port', String(port), '--helo', 'mail.customer.example'],
      ...['--from', from, '--to', to, '--hide-all', '--body', text],
      ...headers.flatMap((header) => ['--header', header]),
      ...['--attach-type', 'application/octet-stream', '--attach', `@${file}`],
    ]);
  },
};
