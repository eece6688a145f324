import { stderr, stdin } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { usageError } from '#infra/cli/cli-error';

/** Asks at the keyboard; anything but yes is no. Throws where there is no terminal. */
export async function confirmed(question: string, signal: AbortSignal): Promise<boolean> {
  if (!stdin.isTTY) {
    throw usageError(
      'replay: there is no terminal to ask on; --yes replays, --dry-run only shows',
      'replay',
    );
  }
  const asking = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await asking.question(`${question} [y/N] `, { signal });
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    asking.close();
  }
}
