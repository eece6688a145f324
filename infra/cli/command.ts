import type { CalledAs } from './output/as-called.ts';
import type { Terminal } from './output/terminal.ts';

/** The surroundings of a command: everything it is given beside its arguments. */
export interface Context {
  readonly terminal: Terminal;
  /** Absent: in the clone, as `./switchboard`. */
  readonly calledAs?: CalledAs;
  /** The folder of the local stack, as the caller named it (`LOCAL_DIR`). */
  readonly localDir: string;
  /** Asks for one line; absent: at the keyboard. */
  readonly ask?: (question: string, signal: AbortSignal) => Promise<string>;
  /** Aborted when the caller has had enough (Ctrl-C). */
  readonly signal: AbortSignal;
}

export interface Command {
  /** One line, for the list of commands. */
  readonly summary: string;
  /** The text that `--help` prints. */
  readonly help: string;
  /** Throws `CliError` for everything the caller can act on. */
  readonly run: (args: readonly string[], context: Context) => Promise<void>;
}
