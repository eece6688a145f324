import { stderr } from 'node:process';
import { styleText } from 'node:util';

/** Messages for people, on stderr, while the stack starts and runs. */
export interface Progress {
  /** Runs one step and says how long it took. */
  readonly step: <Result>(name: string, work: () => Promise<Result> | Result) => Promise<Result>;
  readonly warn: (text: string) => void;
}

export function progressOn(quiet: boolean): Progress {
  const write = (line: string) => {
    if (!quiet) stderr.write(`${line}\n`);
  };
  return {
    step: async (name, work) => {
      const began = performance.now();
      const result = await work();
      const seconds = ((performance.now() - began) / 1000).toFixed(2);
      const note = typeof result === 'string' && result.length < 20 ? ` (${result})` : '';
      write(`${styleText('dim', `${seconds.padStart(6)} s`)}  ${name}${note}`);
      return result;
    },
    warn: (text) => write(`${styleText('yellow', 'warning')}  ${text}`),
  };
}
