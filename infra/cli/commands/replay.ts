import type { Command } from '#infra/cli/command';

/** Reads raw items once more, with the parsers of today. */
export const replay: Command = {
  summary: 'read quarantined or stored items again: the difference first',
  help: `./switchboard replay <message id|s3 uri|quarantine|--since 2h> [options]

  <message id>  what a message was read from
  <s3 uri>      an object under raw/ or quarantine/ of the archive, or all under a uri that ends with /
  quarantine    everything that was set aside
  --since       what was received (or set aside) so long ago or later: 90s, 10m, 2h, 1d
  --connector   of this connector only
  --account     of this account only
  --dry-run     show the difference to what is stored, and end
  --yes         do not ask
  --json        one line for each item:
                {"uri" or "messageId","connector","account",
                 "receivedAt","quarantined","willReplay","unreadable","outcomes"}

Only what would change something is replayed. See docs/operations.md.`,
  run: async (args, context) => {
    // S3's client and the parsers are loaded when they are asked for: every other command would wait for them.
    const { runReplay } = await import('#infra/cli/replay/run');
    await runReplay(args, context);
  },
};
