import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from '#infra/local/process/child';
import type { Reaper } from '#infra/local/process/reaper';
import type { Emulator } from './dynoxide.ts';

/**
 * Starts SQS, SNS and S3 as a process of its own, so that its work does not share our event loop and our death does
 * not interrupt its writes: a message is in SQLite before it is acknowledged.
 */
export async function startFauxqs(
  reaper: Reaper,
  directory: string,
  region: string,
): Promise<Emulator> {
  mkdirSync(directory, { recursive: true });
  const server = fileURLToPath(new URL('./fauxqs-server.ts', import.meta.url));
  const child = startChild(reaper, process.execPath, [server, directory, region], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] ?? '', NODE_NO_WARNINGS: '1' },
  });
  const endpoint = await firstLine(child);
  return { endpoint, pid: child.process.pid, exited: child.exited, stop: () => child.stop() };
}

function firstLine(child: Child): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.process.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    void child.exited.then(({ code }) => reject(new Error(`fauxqs ended with code ${code}`)));
  });
}
