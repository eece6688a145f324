import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DeliveredMail,
  isInstalled,
  type Letter,
  type MailProgram,
  run,
  type Smtp,
} from './program.ts';

/** A mail program for people. `script` gives it the terminal that it asks for, and it presses the keys itself. */
export const mutt: MailProgram = {
  name: 'mutt',
  isThere: isInstalled('mutt', 'script'),
  write: (letter, smtp) =>
    withSettings(settings(letter, smtp), (file) =>
      run(
        'mutt',
        ['-n', '-F', file, '-s', letter.subject, '-a', letter.file, '--', letter.to],
        letter.text,
      ),
    ),
  answer: (letter, mail, smtp) =>
    withSettings([...settings(letter, smtp), ...answering(letter, mail)], (file) =>
      run('script', ['-qec', `mutt -n -F ${file} -f ${mail.maildir}`, '/dev/null']),
    ),
};

function settings({ from }: Letter, { host, port }: Smtp): string[] {
  return [
    `set smtp_url="smtp://${host}:${port}" ssl_force_tls=no ssl_starttls=no`,
    `set from="${from}" realname="Fred" use_from=yes envelope_from=yes hostname="customer.example"`,
    'set copy=no record="" recall=no sleep_time=0',
  ];
}

/** The editor is a script: it writes the words, and takes the headers of the thread away where they are to be dropped. */
function answering({ text, file }: Letter, { way }: DeliveredMail): string[] {
  const dropped = way === 'with References dropped';
  const head = dropped
    ? `sed '/^$/q' "$1" | grep -iv '^In-Reply-To:\\|^References:' > "$1.new"; `
    : ': > "$1.new"; ';
  const script = `#!/bin/sh\n${head}printf '%s\\n' '${text}' >> "$1.new"; mv "$1.new" "$1"\n`;
  return [
    `#editor ${JSON.stringify(script)}`,
    `set edit_headers=${dropped ? 'yes' : 'no'} reply_to=${way === 'to the From address' ? 'no' : 'yes'}`,
    'set fast_reply=yes include=no abort_unmodified=no abort_noattach=no wait_key=no',
    'set quit=yes move=no delete=no mark_old=no sort=date-received',
    `push "<last-entry><reply><attach-file>${file}<enter><send-message><quit>"`,
  ];
}

async function withSettings(
  lines: readonly string[],
  work: (file: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-mutt-'));
  const editor = lines.find((line) => line.startsWith('#editor '))?.slice('#editor '.length);
  const own = [`set tmpdir="${folder}" folder="${folder}" spoolfile="${folder}"`];
  if (editor) {
    writeFileSync(join(folder, 'editor'), JSON.parse(editor) as string, { mode: 0o755 });
    own.push(`set editor="${join(folder, 'editor')}"`);
  }
  const file = join(folder, 'muttrc');
  writeFileSync(file, [...own, ...lines].join('\n'));
  try {
    await work(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
