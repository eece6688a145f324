import { parseArgs } from 'node:util';
import { stageProblem } from '#infra/cdk/config/stages';
import type { StackOptions } from '#infra/local/stack';

export const usage = `npm start [-- --fresh]

  --fresh     forget what an earlier run stored
  PORT        of the HTTP API (3000; 0 takes a free one)
  SMTP_PORT   of the mail door (2525; a free one with PORT=0)
  LOCAL_DIR   where everything is kept (.local)
  STAGE       the file of infra/cdk/config to run (local)
`;

/** Reads flags and variables. Throws a sentence for one it cannot read; undefined when only help is asked for. */
export function readOptions(
  flags: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): StackOptions | undefined {
  const { fresh, help } = readFlags(flags);
  if (help) return undefined;
  if (env['npm_config_fresh']) {
    throw new Error('npm has taken --fresh for itself: write npm start -- --fresh');
  }
  const stage = env['STAGE'] || 'local';
  const problem = stageProblem(stage);
  if (problem) throw new Error(`STAGE is ${JSON.stringify(stage)}: ${problem}`);
  const [port, smtpPort] = [readPort('PORT', env), readPort('SMTP_PORT', env)];
  return {
    fresh,
    stage,
    localDir: env['LOCAL_DIR'] || '.local',
    ...(port === undefined ? {} : { port }),
    ...(smtpPort === undefined ? {} : { smtpPort }),
  };
}

function readFlags(args: readonly string[]): { readonly fresh: boolean; readonly help: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { fresh: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    return { fresh: values.fresh ?? false, help: values.help ?? false };
  } catch (fault) {
    const what = fault instanceof Error ? fault.message.split('. ', 1)[0] : String(fault);
    throw new Error(`${what}: allowed are --fresh and --help`, { cause: fault });
  }
}

function readPort(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  if (port <= 65_535) return port;
  throw new Error(`${name} is ${JSON.stringify(text)}: give a number from 0 to 65535`);
}
