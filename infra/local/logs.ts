import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** Log files of one folder, one for each name. */
export interface Logs {
  readonly write: (name: string, text: string) => void;
  readonly fileOf: (name: string) => string;
  readonly close: () => Promise<void>;
}

export function openLogs(directory: string): Logs {
  const streams = new Map<string, WriteStream>();
  const fileOf = (name: string) => join(directory, `${name.replaceAll(/[^\w.-]/g, '-')}.log`);
  const streamOf = (name: string): WriteStream => {
    const stream = streams.get(name) ?? createWriteStream(fileOf(name), { flags: 'a' });
    streams.set(name, stream);
    return stream;
  };
  return {
    fileOf,
    write: (name, text) => streamOf(name).write(text),
    close: async () => {
      const ends = [...streams.values()].map(
        (stream) => new Promise<void>((resolve) => stream.end(() => resolve())),
      );
      await Promise.all(ends);
    },
  };
}
