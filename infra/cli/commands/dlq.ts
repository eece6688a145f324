import type { Command } from '#infra/cli/command';

/** What the functions have given up on, and its way back. */
export const dlq: Command = {
  summary: 'dead letters: list them, show one, move them back to their queue',
  help: `./switchboard dlq list [--limit 20] [--json]
./switchboard dlq show <message> [--json]
./switchboard dlq redrive <queue|message|--all> [--force] [--dry-run] [--json]

  <message>   a number of the list, the id of a message, or the beginning of one
  <queue>     ingress, statuses, outbound, replies, normalized, media, mail: the queue they came from
  --limit     how many of each queue
  --all       of every queue
  --force     also replies behind which others of their conversation have been accepted
  --dry-run   say what would be moved

Redrive after the fault is mended: oldest first within a group. See docs/operations.md.`,
  run: async (args, context) => {
    // SQS's client is loaded when it is asked for: every other command would wait for it.
    const { runDlq } = await import('#infra/cli/dlq/actions');
    await runDlq(args, context);
  },
};
