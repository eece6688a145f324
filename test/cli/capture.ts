import type { Context } from '#infra/cli/command';
import { runCommand } from '#infra/cli/commands/list';

export interface Captured {
  readonly data: readonly string[];
  readonly notes: readonly string[];
  /** What was thrown, if anything. */
  readonly fault: unknown;
}

/** Runs the command line in this process and keeps what it says. */
export async function capture(
  args: readonly string[],
  localDir: string,
  ask?: Context['ask'],
  onNote: (line: string) => void = () => undefined,
): Promise<Captured> {
  const data: string[] = [];
  const notes: string[] = [];
  const context: Context = {
    localDir,
    ...(ask ? { ask } : {}),
    signal: AbortSignal.timeout(20_000),
    terminal: {
      data: (line) => data.push(line),
      note: (line) => {
        notes.push(line);
        onNote(line);
      },
      bytes: (bytes) => data.push(Buffer.from(bytes).toString('latin1')),
      paint: (_, text) => text,
    },
  };
  try {
    await runCommand(args, context);
    return { data, notes, fault: undefined };
  } catch (fault) {
    return { data, notes, fault };
  }
}
