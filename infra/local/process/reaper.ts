import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads `+ pid` and `- pid` lines; when its input ends, which happens however we die, it kills the process group of
 * every pid still listed. A shell, because it costs a megabyte where a second Node costs forty.
 */
const script = `
trap '' INT TERM HUP
set --
while read -r verb pid; do
  if [ "$verb" = + ]; then
    set -- "$@" "-$pid"
  else
    for each do
      shift
      [ "$each" = "-$pid" ] || set -- "$@" "$each"
    done
  fi
done
for each do kill -s KILL -- "$each" 2>/dev/null; done
`;

/** Sees to it that no child outlives this process, even one that is killed with SIGKILL or a child that hangs. */
export interface Reaper {
  readonly pid: number | undefined;
  readonly watch: (pid: number) => void;
  readonly forget: (pid: number) => void;
  /** Ends the reaper, and every process it still watches. */
  readonly stop: () => Promise<void>;
}

/** Starts the reaper in a session of its own, so that Ctrl-C in the terminal does not reach it. */
export function startReaper(): Reaper {
  const shell: ChildProcess = spawn('/bin/sh', ['-c', script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => {
    shell.once('exit', () => resolve());
    shell.once('error', () => resolve());
  });
  shell.stdin?.on('error', () => undefined);
  const tell = (line: string) => shell.stdin?.write(`${line}\n`);
  return {
    pid: shell.pid,
    watch: (pid) => tell(`+ ${pid}`),
    forget: (pid) => tell(`- ${pid}`),
    stop: async () => {
      shell.stdin?.end();
      await ended;
    },
  };
}
