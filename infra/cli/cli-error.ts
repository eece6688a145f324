/** Something the caller can act on: printed as a sentence and the next step, never as a stack trace. */
export class CliError extends Error {
  override readonly name = 'CliError';
  /** 1: it could not be done. 2: it was not asked for properly. */
  readonly exitCode: 1 | 2;
  /** The next step: a command, or a sentence. */
  readonly next: string;

  constructor(message: string, next: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.next = next;
    this.exitCode = exitCode;
  }
}

/** The command line itself is wrong: says what was given and what is allowed. */
export function usageError(message: string, command?: string): CliError {
  return new CliError(message, `./switchboard ${command ? `${command} ` : ''}--help`, 2);
}
