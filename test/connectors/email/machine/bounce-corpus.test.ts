import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classOf } from '#connectors/email/inbound/machine/mail-class';
import { readMime } from '#connectors/email/inbound/read-mime';
import { corpus, corpusFiles } from '#test/connectors/email/inbox';

const present = existsSync(corpus);
const told = present ? '' : ' (0 cases: the corpus is not here)';

async function classIn(bytes: Uint8Array): Promise<string> {
  const { email } = await readMime(bytes);
  const headers = new Map(email.headers.toReversed().map(({ key, value }) => [key, value]));
  const { mailClass, report } = classOf(email, headers, undefined, 'acme.example');
  return report && !report.isSure ? `likely a ${report.kind}` : mailClass;
}

async function classesOf(folder: string, names: RegExp) {
  const files = corpusFiles(folder, names);
  return Promise.all(files.map(async ({ name, bytes }) => ({ name, is: await classIn(bytes) })));
}

describe(`collected mails${told}`, () => {
  it('of bounces are known: 98 of 100', async () => {
    // Of the others in the collection some are vacation notices, complaints, SES's notices of other events, and people.
    const mails = await classesOf(
      'sisimai',
      /^(?!not_|.*_(?:arf-|rfc3834-|lhost-amazonses-1[123]|lhost-fml-)).*\.eml$/,
    );
    const missed = mails.filter(({ is }) => is !== 'bounce');
    console.log(`${mails.length} bounces, ${missed.length} not known:`, missed);
    expect(mails.length > 0).toBe(present);
    expect(missed.length).toBeLessThanOrEqual(mails.length * 0.02);
  });

  it('of complaints and vacation notices are none', async () => {
    const complaints = await classesOf('sisimai', /_arf-/);
    const notices = await classesOf('sisimai', /_rfc3834-/);
    console.log(`${complaints.length} complaints, ${notices.length} automatic answers`);
    expect(complaints.filter(({ is }) => is === 'bounce' || is === 'human')).toEqual([]);
    expect(notices.filter(({ is }) => is !== 'auto_reply')).toEqual([]);
  });

  it('of people never become one', async () => {
    // Their names say which of these collections are of people alone; of the others these are machines' mails.
    const machines =
      /bounce|multipart_report|report_|mimepart_without|msg_(?:05|16|25|43)|delivery-status|arf|auto-|non_utf_encoded|list|bulk/i;
    const folders = [
      'talon',
      'mikel-mail',
      'cpython',
      'chatwoot',
      'mailparser',
      'postal-mime',
      'authored',
    ];
    const folded = await Promise.all(folders.map((folder) => classesOf(folder, /\.eml$/)));
    const mails = folded.flat().filter(({ name }) => !machines.test(name));
    const taken = mails.filter(({ is }) =>
      /^(?:bounce|complaint|read_receipt|auto_|likely)/.test(is),
    );
    console.log(`${mails.length} mails of people, taken for a machine's:`, taken);
    expect(mails.length > 200).toBe(present);
    expect(taken).toEqual([]);
  });
});
