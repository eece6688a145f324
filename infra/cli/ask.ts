import { stderr, stdin } from 'node:process';
import { createInterface } from 'node:readline/promises';

/** Asks for one line. It may come from a pipe: codes are typed or pasted. Empty where the input has ended. */
export async function askLine(question: string, signal: AbortSignal): Promise<string> {
  const asking = createInterface({ input: stdin, output: stderr });
  try {
    return await Promise.race([
      asking.question(question, { signal }),
      new Promise<string>((resolve) => asking.once('close', () => resolve(''))),
    ]);
  } finally {
    asking.close();
  }
}
