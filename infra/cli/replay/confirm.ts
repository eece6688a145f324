import { stderr, stdin } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { usageError } from '#infra/cli/cli-error';

/** Asks the person at the keyboard; anything but yes is no. Throws when nobody is there to be asked. */
export async function confirmed(question: string, signal: AbortSignal): Promise<boolean> {
  if (!stdin.isTTY) {
    throw usageError(
      'replay: nobody is here to be asked; --yes replays, --dry-run only shows',
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
