import { readdirSync, readFileSync } from 'node:fs';
import type { StackDescription } from '#infra/local/description';

/** The processes that run a function of this stack, and of no other. */
function workersOf({ endpoints }: StackDescription, functionName: string): number[] {
  const wanted = [
    `POWERTOOLS_SERVICE_NAME=${functionName}`,
    `AWS_ENDPOINT_URL_SQS=${endpoints.sqs}`,
  ];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const environment = environmentOf(pid);
      return wanted.every((each) => environment.includes(each));
    })
    .map(Number);
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    // Gone since it was listed, or somebody else's.
    return [];
  }
}

/** Kills all of them as the kernel does: no handler runs, nothing is finished. */
export function killAll(description: StackDescription, functionName: string): void {
  for (const pid of workersOf(description, functionName)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // ESRCH: it has ended by itself meanwhile.
    }
  }
}
