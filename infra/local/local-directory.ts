import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { takeLock } from '#infra/local/process/lock';
import { makeFolder } from '#infra/local/trouble/make-folder';

/** The folder a local stack keeps everything in, and where in it. */
export interface LocalDirectory {
  readonly path: string;
  readonly assembly: string;
  readonly dynamodb: string;
  readonly fauxqs: string;
  readonly logs: string;
  /** The mailboxes of customers: a Maildir for each address that mail was sent to. */
  readonly mailboxes: string;
  readonly secrets: string;
  readonly description: string;
  readonly release: () => void;
}

/** The entries that `--fresh` removes. The assembly stays: it is made of the sources alone. */
const state = ['dynamodb', 'fauxqs', 'logs', 'mailboxes', 'secrets.json'];

/** Takes a folder for one stack, creating it if need be. Throws when another stack is running on it. */
export function openLocalDirectory(directory: string, fresh: boolean): LocalDirectory {
  const path = resolve(directory);
  makeFolder(path);
  const lock = takeLock(join(path, 'lock'));
  if ('heldBy' in lock) {
    throw new Error(
      `a local stack is running on ${path} (pid ${lock.heldBy}): stop it, or give this one another folder, LOCAL_DIR=.local-2 PORT=0 npm start`,
    );
  }
  if (fresh) for (const name of state) rmSync(join(path, name), { recursive: true, force: true });
  makeFolder(join(path, 'logs'));
  return {
    path,
    assembly: join(path, 'cdk.out'),
    dynamodb: join(path, 'dynamodb'),
    fauxqs: join(path, 'fauxqs'),
    logs: join(path, 'logs'),
    mailboxes: join(path, 'mailboxes'),
    secrets: join(path, 'secrets.json'),
    description: join(path, 'stack.json'),
    release: lock.release,
  };
}
