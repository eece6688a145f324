import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const program = `
  const [file, event] = process.argv.slice(1);
  const { handler } = await import(file);
  const answer = await handler(JSON.parse(event), { getRemainingTimeInMillis: () => 10_000 });
  process.stdout.write('\\nANSWER ' + JSON.stringify(answer) + '\\n');
`;

/**
 * Runs one bundle as Lambda would, in a process of its own: nothing but the function's variables in its environment,
 * no home directory, no `require`. Gives what the handler answered.
 */
export async function runBundle(
  file: string,
  environment: Readonly<Record<string, string>>,
  event: object,
): Promise<unknown> {
  const env = {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    ...environment,
  };
  const code = ['--input-type=module', '--eval', program];
  const url = pathToFileURL(file).href;
  const { stdout } = await run(process.execPath, [...code, url, JSON.stringify(event)], { env });
  const answer = /^ANSWER (.*)$/m.exec(stdout)?.[1];
  if (answer === undefined) throw new Error(`${file} answered nothing: ${stdout}`);
  return JSON.parse(answer);
}
