#!/usr/bin/env node
import { stderr, stdout } from 'node:process';
import * as z from 'zod';
import { readEnv } from '#shared/env';
import { CliError } from './cli-error.ts';
import { runCommand } from './commands/list.ts';
import { openTerminal } from './output/terminal.ts';

const { LOCAL_DIR } = readEnv(z.object({ LOCAL_DIR: z.string().optional() }));
const stopped = new AbortController();
process.once('SIGINT', () => stopped.abort()).once('SIGTERM', () => stopped.abort());
// The reader of a pipe has gone (`… | head`): nobody is left to tell.
stdout.on('error', (fault: NodeJS.ErrnoException) => process.exit(fault.code === 'EPIPE' ? 0 : 1));

try {
  await runCommand(process.argv.slice(2), {
    terminal: openTerminal(stdout, stderr),
    localDir: LOCAL_DIR || '.local',
    signal: stopped.signal,
  });
} catch (fault) {
  if (stopped.signal.aborted) process.exit(130);
  if (!(fault instanceof CliError)) throw fault;
  stderr.write(`${fault.message}\n  ${fault.next}\n`);
  process.exitCode = fault.exitCode;
}
