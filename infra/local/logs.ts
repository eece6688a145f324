import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { fileProblem } from '#infra/local/trouble/file-fault';

/** Log files of one folder, one for each name. */
export interface Logs {
  readonly write: (name: string, text: string) => void;
  readonly fileOf: (name: string) => string;
  readonly close: () => Promise<void>;
  /** Resolves with a sentence when something cannot be written. Later lines are lost. */
  readonly broken: Promise<string>;
}

export function openLogs(directory: string): Logs {
  const streams = new Map<string, WriteStream>();
  const broken = Promise.withResolvers<string>();
  const fileOf = (name: string) => join(directory, `${name.replaceAll(/[^\w.-]/g, '-')}.log`);
  const streamOf = (name: string): WriteStream => {
    const known = streams.get(name);
    if (known) return known;
    const file = fileOf(name);
    const stream = createWriteStream(file, { flags: 'a' });
    stream.on('error', (fault) =>
      broken.resolve(fileProblem(fault, file) ?? `${file} cannot be written: ${fault.message}`),
    );
    streams.set(name, stream);
    return stream;
  };
  return {
    fileOf,
    broken: broken.promise,
    write: (name, text) => streamOf(name).write(text),
    close: async () => {
      const ends = [...streams.values()].map(
        (stream) => new Promise<void>((resolve) => stream.end(() => resolve())),
      );
      await Promise.all(ends);
    },
  };
}
