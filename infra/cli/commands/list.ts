import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { CliError, usageError } from '#infra/cli/cli-error';
import type { Command, Context } from '#infra/cli/command';
import { asCalled, inClone } from '#infra/cli/output/as-called';
import { projectRoot } from '#infra/cli/stage/stack';
import { activateMail } from './activate-mail.ts';
import { conversations } from './conversations.ts';
import { cost } from './cost.ts';
import { dlq } from './dlq.ts';
import { doctor } from './doctor.ts';
import { replay } from './replay.ts';
import { reply } from './reply.ts';
import { send } from './send.ts';
import { show } from './show.ts';
import { signal } from './signal.ts';
import { tail } from './tail.ts';
import { tokens } from './tokens.ts';
import { webhooks } from './webhooks.ts';

const commands: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    ...{ send, tail, conversations, show, reply, signal, cost, dlq, replay, doctor },
    ...{ webhooks, tokens },
    'activate-mail': activateMail,
  }),
);

const names = [...commands.keys()].join(', ');

const usage = `./switchboard <command>

${[...commands].map(([name, { summary }]) => `  ${name.padEnd(15)}${summary}`).join('\n')}
  help [command]

  --json      on every command: one JSON value for each line of output
  --help      on every command: its arguments and options
  --version   the version of this clone
  LOCAL_DIR   environment variable: the folder of the stack to talk to (.local)

All commands talk to the local stack: run npm start first. doctor also works without one,
webhooks and tokens with a deployed stage too, and activate-mail talks to AWS. More: docs/cli.md`;

/** Runs the command that the command line names. Throws `CliError` for everything the caller can act on. */
export async function runCommand(args: readonly string[], context: Context): Promise<void> {
  const [name = 'help', ...rest] = args;
  const { calledAs = inClone, terminal, localDir } = context;
  const note = (line: string) => terminal.note(asCalled(line, calledAs));
  try {
    const told = informationOn(name, rest);
    if (told !== undefined) terminal.data(asCalled(told, calledAs));
    else await commandNamed(name).run(rest, { ...context, terminal: { ...terminal, note } });
  } catch (fault) {
    const known = isUnreachable(fault) ? unreachable(localDir) : fault;
    if (!(known instanceof CliError)) throw known;
    throw new CliError(known.message, asCalled(known.next, calledAs), known.exitCode);
  }
}

/** The help and the version, which need no stack; undefined for every other command. */
function informationOn(name: string, rest: readonly string[]): string | undefined {
  if (name === '--version' || name === '-v') return version();
  if (name === 'help' || isHelp(name)) {
    return rest[0] === undefined ? usage : commandNamed(rest[0]).help;
  }
  const end = rest.indexOf('--');
  const options = end === -1 ? rest : rest.slice(0, end);
  return options.some(isHelp) ? commandNamed(name).help : undefined;
}

function isHelp(argument: string): boolean {
  return argument === '--help' || argument === '-h';
}

function commandNamed(name: string): Command {
  const command = commands.get(name);
  if (command) return command;
  const kind = name.startsWith('-') ? 'option' : 'command';
  throw usageError(`unknown ${kind} ${name}: the commands are ${names}`);
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  return z.object({ version: z.string() }).parse(manifest).version;
}

/** True for a connection refused, broken or silent, wherever the fetch or the SDK has wrapped it. */
function isUnreachable(fault: unknown): boolean {
  if (!(fault instanceof Error)) return false;
  if (fault.name === 'TimeoutError') return true;
  if ('code' in fault && (fault.code === 'ECONNREFUSED' || fault.code === 'ECONNRESET')) {
    return true;
  }
  if (fault instanceof AggregateError && fault.errors.some(isUnreachable)) return true;
  return isUnreachable(fault.cause);
}

function unreachable(localDir: string): CliError {
  return new CliError(
    `the stack in ${localDir} does not answer`,
    'is its npm start still running? Stop it and start it again',
  );
}
