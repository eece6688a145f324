import { readArguments, readDuration, readPositionals } from '#infra/cli/arguments';
import { usageError } from '#infra/cli/cli-error';
import type { Command, Context } from '#infra/cli/command';
import { eventLine } from '#infra/cli/output/event-line';
import { pause } from '#infra/cli/stage/poll';
import { watchRefusals } from '#infra/cli/stage/refusals';
import { openStack } from '#infra/cli/stage/stack';
import { openTable } from '#infra/cli/stage/table';
import { alertFeeds, watchConversations } from '#infra/cli/stage/watch';
import { canonicalJson } from '#shared/json';
import type { Event } from '#shared/model/event';

const everyMilliseconds = 300;
const onceSinceSeconds = 3600;

/** Prints the events of the normalized queue and leaves them on it. */
export const tail: Command = {
  summary: 'print the events of the normalized queue, which stay there for the helpdesk',
  help: `./switchboard tail [--since 10m] [--once | --follow] [--json]

  --since    begin with the events of this time: 90s, 10m, 2h, 1d
  --follow   go on with new events until Ctrl-C (the default)
  --once     print the events of --since, or of the last hour, and end
  --json     one line for each event (docs/contracts/Event.schema.json), as on the queue. Four
             things are missing here, because no status keeps them: the metadata and the cost of
             statuses (show tells the cost of a reply), the errors of all statuses but the last (of a delay its words), and changes before the
             last twenty of a message`,
  run: async (args, context) => {
    const { values, positionals } = readArguments('tail', args, {
      since: { type: 'string' },
      follow: { type: 'boolean' },
      once: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    readPositionals('tail', positionals, []);
    if (values.once && values.follow) {
      throw usageError('tail: --once and --follow exclude each other', 'tail');
    }
    const seconds = values.since ? readDuration('--since', values.since, 'tail') : undefined;
    const since = seconds ?? (values.once ? onceSinceSeconds : undefined);
    const poll = openWatch(context, since);
    const print = (event: Event) =>
      context.terminal.data(
        values.json ? canonicalJson(event) : eventLine(event, context.terminal),
      );
    const events = await poll();
    for (const event of events) print(event);
    if (!values.once) await follow(poll, print, context);
    else if (events.length === 0) {
      context.terminal.note(
        'no events in this time; write as a customer: ./switchboard send whatsapp --text hi',
      );
    }
  },
};

type Poll = () => Promise<readonly Event[]>;

/** Both places where events show. The first poll gives everything since then, every other one what is new. */
function openWatch({ localDir }: Context, sinceSeconds: number | undefined): Poll {
  const stack = openStack(localDir);
  const now = new Date();
  const since =
    sinceSeconds === undefined ? undefined : new Date(now.getTime() - sinceSeconds * 1000);
  const conversations = watchConversations(openTable(stack), alertFeeds(stack), since);
  const refusals = watchRefusals(stack, since);
  return async () => {
    const found = [...(await conversations()), ...(await refusals())];
    return found.toSorted((a, b) => a.at.localeCompare(b.at)).map(({ event }) => event);
  };
}

async function follow(
  poll: Poll,
  print: (event: Event) => void,
  { terminal, signal }: Context,
): Promise<void> {
  terminal.note('following the normalized queue; Ctrl-C ends this');
  while (!signal.aborted) {
    const began = performance.now();
    for (const event of await poll()) print(event);
    // A table so full that reading takes long is asked less often.
    await pause(Math.max(everyMilliseconds, performance.now() - began), signal);
  }
}
