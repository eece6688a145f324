import { stderr, stdin } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { usageError } from '#infra/cli/cli-error';

/** Asks at the keyboard; anything but yes is no. Throws where there is no terminal, with the options that need none. */
export async function confirmed(
  question: string,
  signal: AbortSignal,
  { command, allowed }: { readonly command: string; readonly allowed: string },
): Promise<boolean> {
  if (!stdin.isTTY) {
    throw usageError(`${command}: there is no terminal to ask on; ${allowed}`, command);
  }
  const asking = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await asking.question(`${question} [y/N] `, { signal });
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    asking.close();
  }
}
