#!/usr/bin/env node
import { resolve } from 'node:path';
import { cwd, stderr, stdout } from 'node:process';
import * as z from 'zod';
import { readEnv } from '#shared/env';
import { CliError } from './cli-error.ts';
import { runCommand } from './commands/list.ts';
import { inClone } from './output/as-called.ts';
import { openTerminal } from './output/terminal.ts';
import { projectRoot } from './stage/stack.ts';

const Env = z.object({
  LOCAL_DIR: z.string().optional(),
  /** Set by the script `switchboard`: how that was called. */
  SWITCHBOARD_CALLED_AS: z.string().optional(),
});
const { LOCAL_DIR, SWITCHBOARD_CALLED_AS } = readEnv(Env);
const isInClone = resolve(cwd()) === resolve(projectRoot);
const localDir = LOCAL_DIR || '.local';
const stopped = new AbortController();
process.once('SIGINT', () => stopped.abort()).once('SIGTERM', () => stopped.abort());
// The reader of a pipe has gone (`… | head`): there is no one to report to.
stdout.on('error', (fault: NodeJS.ErrnoException) => process.exit(fault.code === 'EPIPE' ? 0 : 1));

try {
  await runCommand(process.argv.slice(2), {
    terminal: openTerminal(stdout, stderr),
    // Counted from the clone, as `npm start` does; a reader elsewhere is told the whole path.
    localDir: isInClone ? localDir : resolve(projectRoot, localDir),
    calledAs: {
      program: SWITCHBOARD_CALLED_AS || inClone.program,
      folder: isInClone ? '' : projectRoot,
    },
    signal: stopped.signal,
  });
} catch (fault) {
  if (stopped.signal.aborted) process.exit(130);
  if (!(fault instanceof CliError)) throw fault;
  stderr.write(`${fault.message}\n  ${fault.next}\n`);
  process.exitCode = fault.exitCode;
}
