import { stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { announcement } from '#infra/local/announcement';
import { startStack } from '#infra/local/stack';

const usage = `npm start [-- --fresh]

  --fresh     forget what an earlier run stored
  PORT        of the HTTP API (3000; 0 takes a free one)
  SMTP_PORT   of the mail door (2525; a free one with PORT=0)
  LOCAL_DIR   where everything is kept (.local)
  STAGE       the file of infra/config to run (local)
`;

function readPort(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`${name} is ${text}: give a number from 0 to 65535`);
}

function readOptions(): { readonly fresh: boolean; readonly help: boolean } {
  const { values } = parseArgs({
    options: { fresh: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  return { fresh: values.fresh ?? false, help: values.help ?? false };
}

/** Listens before anything is started. A second signal does not wait: the reaper takes what is left. */
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

async function main(): Promise<number> {
  const began = performance.now();
  const { fresh, help } = readOptions();
  if (help) {
    stdout.write(usage);
    return 0;
  }
  const asked = askedToStop();
  const [port, smtpPort] = [readPort('PORT'), readPort('SMTP_PORT')];
  const running = await startStack({
    fresh,
    localDir: process.env['LOCAL_DIR'] || '.local',
    stage: process.env['STAGE'] || 'local',
    ...(port === undefined ? {} : { port }),
    ...(smtpPort === undefined ? {} : { smtpPort }),
  });
  stdout.write(announcement(running.stack, (performance.now() - began) / 1000));
  const broken = await Promise.race([asked, running.broken]);
  if (broken) stderr.write(`${broken}: stopping\n`);
  await running.stop();
  return broken ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (fault: unknown) => {
    stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
    process.exit(1);
  },
);
