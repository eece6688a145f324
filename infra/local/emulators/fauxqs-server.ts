import { stderr, stdin, stdout } from 'node:process';
import { buildApp } from 'fauxqs';
import { acceptLargeObjects } from './fauxqs-large-objects.ts';
import { openStores } from './fauxqs-stores.ts';
import { handBackUnread, releaseOnDemand } from './fauxqs-unread.ts';

const [directory = '', region = ''] = process.argv.slice(2);
const { stores, queueNamed, renameUrls, close } = await openStores(directory).catch(
  (fault: unknown) => {
    // The stack shows the last line to people.
    stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
    process.exit(1);
  },
);
// `startFauxqs` would listen on every interface; other machines must not reach the local stack.
const app = buildApp({ logger: false, defaultRegion: region, stores });
acceptLargeObjects(app);
handBackUnread(app, queueNamed);
releaseOnDemand(app, queueNamed);
const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
renameUrls(endpoint);
stdout.write(`${endpoint}\n`);

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await app.close();
  close();
  process.exit(0);
}
process.on('SIGTERM', stop);
stdin.on('end', stop).resume();
