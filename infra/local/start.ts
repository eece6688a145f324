import { argv, env, stderr, stdout } from 'node:process';
import { announcement } from '#infra/local/announcement';
import { type RunningStack, startStack } from '#infra/local/stack';
import { readOptions, usage } from '#infra/local/start-options';

/** Listens before anything is started. A second signal does not wait: the reaper ends the rest. */
function askedToStop(): Promise<undefined> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (): void => {
      if (asked) process.exit(130);
      asked = true;
      resolve(undefined);
    };
    process.on('SIGINT', ask).on('SIGTERM', ask);
  });
}

/**
 * Resolves with the first error that no part of the stack has caught, so that the rest can still be stopped in order.
 */
function uncaught(): Promise<string> {
  return new Promise((resolve) => {
    process.on('uncaughtException', (fault) => {
      resolve(`a fault of the local stack itself, please report it: ${fault.stack ?? fault}`);
    });
  });
}

/** A terminal that is gone, or a file on a full disk, is no reason to stop. */
function outliveReaders(): void {
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
}

async function main(): Promise<number> {
  const began = performance.now();
  outliveReaders();
  const options = readOptions(argv.slice(2), env);
  if (options === undefined) {
    stdout.write(usage);
    return 0;
  }
  const [asked, fault] = [askedToStop(), uncaught()];
  const failed = fault.then((what): never => {
    throw new Error(what);
  });
  const running = await Promise.race([startStack(options), failed]);
  stdout.write(announcement(running.stack, (performance.now() - began) / 1000));
  return stopOn(Promise.race([asked, running.broken, fault]), running);
}

async function stopOn(reason: Promise<string | undefined>, running: RunningStack): Promise<number> {
  const broken = await reason;
  if (broken !== undefined) stderr.write(`${broken}. Stopping\n`);
  await running.stop();
  return broken === undefined ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (fault: unknown) => {
    stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
    process.exit(1);
  },
);
