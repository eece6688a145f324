import { spawn, spawnSync } from 'node:child_process';

/** How a customer answers one of our mails. */
export const ways = [
  /** To Reply-To, with In-Reply-To and References. */
  'as mail programs do',
  /** To Reply-To, with neither: the address alone says where it belongs. */
  'with References dropped',
  /** To the From address, with In-Reply-To and References. */
  'to the From address',
] as const;
export type Way = (typeof ways)[number];

export interface Letter {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The path of a file to attach. */
  readonly file: string;
  /** In-Reply-To and References, of an answer. */
  readonly threading: { readonly inReplyTo?: string; readonly references?: string };
}

/** Our mail as the customer has got it. */
export interface DeliveredMail {
  readonly maildir: string;
  readonly way: Way;
}

/** A mail program that a customer has. It knows nothing of us but the SMTP server and the mails in its mailbox. */
export interface MailProgram {
  readonly name: string;
  readonly isThere: boolean;
  readonly write: (letter: Letter, smtp: Smtp) => Promise<void>;
  /** Answers the newest mail of its mailbox by itself; absent where a person copies the headers of the answer. */
  readonly answer?: (letter: Letter, mail: DeliveredMail, smtp: Smtp) => Promise<void>;
}

export interface Smtp {
  readonly host: string;
  readonly port: number;
}

export function isInstalled(...commands: readonly string[]): boolean {
  return commands.every((each) => spawnSync('sh', ['-c', `command -v ${each}`]).status === 0);
}

/** Runs a program to its end. Throws with everything it said, when that is a failure. */
export async function run(command: string, args: readonly string[], input = ''): Promise<void> {
  const child = spawn(command, args, { timeout: 30_000, env: { ...process.env, TERM: 'xterm' } });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${Buffer.concat(said)}`);
}
