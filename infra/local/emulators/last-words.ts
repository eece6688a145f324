import type { Child } from '#infra/local/process/child';

/** Receives what an emulator writes on stderr. */
export type Log = (text: string) => void;

const maxCharacters = 4000;

/** Passes on the stderr of a child. Resolves with its last line when the child is gone. */
export function lastWords({ process }: Child, log: Log): Promise<string> {
  let said = '';
  process.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log(text);
    // A line may come in pieces, and its end alone: only the whole has a last line.
    said = (said + text).slice(-maxCharacters);
  });
  // `exit` may come before the last of stderr, `close` does not.
  return new Promise((resolve) => {
    process.once('close', () => {
      const words = said.trim().split('\n').at(-1) ?? '';
      resolve(words.replace(/^error: /i, '').replace(/\.$/, ''));
    });
  });
}
