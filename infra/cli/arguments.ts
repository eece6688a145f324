import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { usageError } from './cli-error.ts';

/**
 * Reads a command's arguments with Node's own parser. Throws a usage error that names what was given and what is
 * allowed.
 */
export function readArguments<const Options extends ParseArgsOptionsConfig>(
  command: string,
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (fault) {
    throw usageError(problemIn(command, fault, Object.keys(options)), command);
  }
}

/** Says in one sentence what Node's parser found wrong. */
function problemIn(command: string, fault: unknown, allowed: readonly string[]): string {
  const message = fault instanceof Error ? fault.message : String(fault);
  const unknown = /^Unknown option '([^']+)'/.exec(message)?.[1];
  const names = allowed.map((name) => `--${name}`).join(', ');
  if (unknown !== undefined) return `unknown option ${unknown}: ${command} takes ${names}`;
  const option = /^Option '(?:-\w, )?(--[\w-]+)/.exec(message)?.[1];
  if (/argument missing/.test(message)) return `${command}: ${option} has no value`;
  if (/is ambiguous/.test(message)) {
    return `${command}: ${option} has no value; one that begins with - is written ${option}=-…`;
  }
  if (/does not take an argument/.test(message)) return `${command}: ${option} takes no value`;
  return message.replaceAll('\n', ' ');
}

/** Throws a usage error unless exactly these positional arguments were given. */
export function readPositionals<const Names extends readonly string[]>(
  command: string,
  given: readonly string[],
  names: Names,
): { readonly [Index in keyof Names]: string } {
  if (given.length === names.length) {
    return given as unknown as { readonly [Index in keyof Names]: string };
  }
  const missing = names.slice(given.length).map((name) => `<${name}>`);
  const wanted = names.map((name) => ` <${name}>`).join('') || ' no further arguments';
  throw usageError(
    missing.length > 0
      ? `${command}: ${missing.join(' and ')} missing`
      : `${command} takes${wanted}; given: ${given.join(' ')}`,
    command,
  );
}

/** Reads a whole number of at least 1. */
export function readCount(option: string, text: string, command: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count > 0) return count;
  throw usageError(`${option} is "${text}": allowed is a whole number from 1`, command);
}

const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Reads `90s`, `10m`, `2h`, `1d` in seconds. */
export function readDuration(option: string, text: string, command: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (unit in unitSeconds) return Number(count) * unitSeconds[unit as keyof typeof unitSeconds];
  throw usageError(
    `${option} is "${text}": allowed is a number with s, m, h or d, as 90s, 10m, 2h, 1d`,
    command,
  );
}
