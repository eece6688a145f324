import type { CalledAs } from './output/as-called.ts';
import type { Terminal } from './output/terminal.ts';

/** What a command is given beside its arguments. */
export interface Context {
  readonly terminal: Terminal;
  /** Absent: in the clone, as `./switchboard`. */
  readonly calledAs?: CalledAs;
  /** Where the stack keeps everything, as the caller named it (`LOCAL_DIR`). */
  readonly localDir: string;
  /** Aborted when the caller has had enough (Ctrl-C). */
  readonly signal: AbortSignal;
}

export interface Command {
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly help: string;
  /** Throws `CliError` for everything the caller can act on. */
  readonly run: (args: readonly string[], context: Context) => Promise<void>;
}
