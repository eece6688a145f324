import type { Command } from '#infra/cli/command';

/** Reads raw items again, with the parsers of this clone. */
export const replay: Command = {
  summary: 'read quarantined or stored items again, after showing what would change',
  help: `./switchboard replay <message id|s3 uri|quarantine|held|--since 2h> [options]

Reads items of webhooks again, with the parsers of this clone. Use it after a parser or an account
was corrected.

  <message id>  the item that this message was read from
  <s3 uri>      an object under raw/, quarantine/ or held/ of the archive bucket; with / at its end, all below it
  quarantine    all items that could not be read
  held          all items that were read and not passed on (spam, bounces of other mail);
                replaying lets in what the settings of an account hold back; the <s3 uri> of one
                object lets that one in, whatever it is
  --since       items received in this time: 90s, 10m, 2h, 1d; with quarantine and held, put there
                in this time
  --connector   only of this connector
  --account     only of this account
  --dry-run     only show what would change
  --yes         replay without asking
  --json        one line for each item:
                {"uri" or "messageId","connector","account",
                 "receivedAt","quarantined","sender","subject","willReplay","unreadable","outcomes"}

Only items that would change something are replayed. See docs/operations.md.`,
  run: async (args, context) => {
    // S3's client and the parsers are loaded when they are asked for: every other command would wait for them.
    const { runReplay } = await import('#infra/cli/replay/run');
    await runReplay(args, context);
  },
};
