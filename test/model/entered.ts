import { Session } from 'node:inspector/promises';
import { pathToFileURL } from 'node:url';

/** Tells which source files of the product a piece of work enters: executed coverage, as V8 counts it. */
export interface EnteredFiles {
  readonly during: (work: () => Promise<unknown>) => Promise<ReadonlySet<string>>;
  readonly stop: () => void;
}

const sources = /^(shared|functions|connectors|infra)\/.+\.ts$/;

/** Starts to count. A file is entered when one of its named functions is called; to be imported is not enough. */
export async function watchFiles(): Promise<EnteredFiles> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  const project = `${pathToFileURL(process.cwd()).href}/`;
  return {
    during: async (work) => {
      // The counts begin again with each answer.
      await session.post('Profiler.takePreciseCoverage');
      await work();
      const { result } = await session.post('Profiler.takePreciseCoverage');
      const entered = result.filter(({ functions }) =>
        functions.some(({ functionName, ranges }) => functionName && (ranges[0]?.count ?? 0) > 0),
      );
      const paths = entered.map(({ url }) =>
        url.replace(project, '').replace(`${process.cwd()}/`, ''),
      );
      return new Set(paths.filter((path) => sources.test(path)).sort());
    },
    stop: () => session.disconnect(),
  };
}

/** The way of one thing through the product. */
export interface Walk {
  readonly name: string;
  readonly files: ReadonlySet<string>;
  /** The most files it may enter. */
  readonly max: number;
  /** Files that it cannot miss: without them it ended early, or was not measured. */
  readonly through: readonly string[];
}

/** The problems of a walk, a sentence each. */
export function walkProblems({ name, files, max, through }: Walk): string[] {
  if (files.size === 0) return [`${name} enters no file: nothing was measured`];
  return [
    ...(files.size > max ? [`${name} enters ${files.size} files, allowed are ${max}`] : []),
    ...through.filter((path) => !files.has(path)).map((path) => `${name} does not enter ${path}`),
  ];
}
