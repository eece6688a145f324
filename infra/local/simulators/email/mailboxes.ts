import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mailDate } from '#infra/local/mail/ses-block';
import type { SimulatedAccount, SimulatorWorld } from '#infra/local/simulators/simulator';
import type { AcceptedMail } from './mail.ts';
import { sesServer, wireId } from './ses-id.ts';

/**
 * Puts a mail into the mailbox of each recipient: a Maildir with the address as its name, which mail programs can open
 * (`mutt -f`). Nothing is kept without a folder `mailboxes` in the account's settings.
 */
export async function deliverToMailboxes(
  { messageId, raw }: AcceptedMail,
  recipients: readonly string[],
  { settings }: SimulatedAccount,
  world: SimulatorWorld,
): Promise<void> {
  const folder = settings['mailboxes'];
  if (typeof folder !== 'string') return;
  const now = world.now();
  for (const recipient of recipients) {
    const received = [
      `Return-Path: ${wireId(messageId)}`,
      `Delivered-To: ${recipient}`,
      `Received: from ${sesServer} by mx.local for <${recipient}>; ${mailDate(now)}`,
    ];
    const mail = Buffer.from(`${received.join('\r\n')}\r\n${raw}`, 'latin1');
    await putInMaildir(join(folder, folderName(recipient)), mail, now);
  }
}

/** An address as the name of a folder. */
function folderName(address: string): string {
  return address.replaceAll(/[^A-Za-z0-9@.+_=-]/g, '_').slice(0, 200);
}

async function putInMaildir(maildir: string, mail: Buffer, now: Date): Promise<void> {
  for (const each of ['cur', 'new', 'tmp']) await mkdir(join(maildir, each), { recursive: true });
  const name = `${Math.floor(now.getTime() / 1000)}.${randomUUID()}.local`;
  await writeFile(join(maildir, 'tmp', name), mail);
  // Whole or not there: a Maildir's readers look only into `new` and `cur`.
  await rename(join(maildir, 'tmp', name), join(maildir, 'new', name));
}
