import { stderr } from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from '#infra/local/process/child';
import type { Reaper } from '#infra/local/process/reaper';
import { beginAnew } from '#infra/local/trouble/begin-anew';
import { makeFolder } from '#infra/local/trouble/make-folder';
import type { Emulator } from './dynoxide.ts';
import { type Log, lastWords } from './last-words.ts';

/**
 * Starts SQS, SNS and S3 as a process of its own, so that its work does not share our event loop and our death does
 * not interrupt its writes: a message is in SQLite before it is acknowledged. Throws a sentence when it does not start.
 */
export async function startFauxqs(
  reaper: Reaper,
  directory: string,
  region: string,
  log: Log = (text) => stderr.write(text),
): Promise<Emulator> {
  makeFolder(directory);
  const server = fileURLToPath(new URL('./fauxqs-server.ts', import.meta.url));
  const child = startChild(reaper, process.execPath, [server, directory, region], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', NODE_NO_WARNINGS: '1', ...compileCache() },
  });
  const saidLast = lastWords(child, log);
  const endpoint = await Promise.race([firstLine(child), saidLast.then(() => undefined)]);
  if (endpoint === undefined) {
    throw new Error(`fauxqs does not start on ${directory} (${await saidLast}): ${beginAnew}`);
  }
  return { endpoint, pid: child.process.pid, exited: child.exited, stop: () => child.stop() };
}

/** The variable that names a folder for what Node has compiled, if it is set: fauxqs then starts in half the time. */
function compileCache(): Record<string, string> {
  const folder = process.env['NODE_COMPILE_CACHE'];
  return folder ? { NODE_COMPILE_CACHE: folder } : {};
}

function firstLine(child: Child): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    child.process.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
  });
}
