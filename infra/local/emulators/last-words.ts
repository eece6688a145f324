import type { Child } from '#infra/local/process/child';

/** Receives what an emulator writes on stderr. */
export type Log = (text: string) => void;

/** Passes on what a child writes on stderr. Resolves with its last line when the child is gone. */
export function lastWords({ process }: Child, log: Log): Promise<string> {
  let words = '';
  process.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log(text);
    words = text.trim().split('\n').at(-1) ?? words;
  });
  // `exit` may come before the last of stderr, `close` does not.
  return new Promise((resolve) => {
    process.once('close', () => resolve(words.replace(/^error: /i, '').replace(/\.$/, '')));
  });
}
