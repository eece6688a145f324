import type { Command } from '#infra/cli/command';

/** Lists, shows and moves back the messages that failed as often as they may. */
export const dlq: Command = {
  summary: 'dead letters: list them, show one, move them back to their queue',
  help: `./switchboard dlq list [--limit 20] [--json]
./switchboard dlq show <message> [--json]
./switchboard dlq redrive <queue|message|--all> [--force] [--dry-run] [--json]

A dead letter is a queue message that failed as often as it may. list names them, show prints one
with the reason from the logs, redrive moves them back to the queue they came from.

  <message>   its number in the list, its id, or the beginning of its id
  <queue>     the queue it came from: ingress, mail-ingress, statuses, outbound, replies, normalized,
              media, mail
  --limit     how many of each queue are listed (20)
  --all       the dead letters of every queue
  --force     also replies that later ones of their conversation have overtaken
  --dry-run   only say what would be moved
  --json      list: {"kind":"queue",…} for each queue, then {"kind":"message",…} for each message

Fix the fault first, then redrive. See docs/operations.md.`,
  run: async (args, context) => {
    // SQS's client is loaded when it is asked for: every other command would wait for it.
    const { runDlq } = await import('#infra/cli/dlq/actions');
    await runDlq(args, context);
  },
};
