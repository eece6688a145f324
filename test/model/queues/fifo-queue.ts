import type { Queue } from '#shared/aws/queues/queue';

/** One message as the queue took it. */
export interface Queued {
  readonly number: number;
  readonly group: string;
  readonly deduplicationId: string;
  readonly body: string;
  receives: number;
  deleted: boolean;
}

export interface FifoQueue extends Queue {
  /** Everything ever taken, in order; what deduplication swallowed is not in it. */
  readonly taken: readonly Queued[];
  /** What SQS may hand out now: of each group the oldest one that is not deleted, of a standard queue all that are not. */
  readonly heads: () => Queued[];
  /** Calls that SQS would have refused. */
  readonly offences: readonly string[];
}

interface Sent {
  readonly MessageBody?: string;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

const deduplicationMilliseconds = 5 * 60_000;
const idCharacters = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters SQS takes (SendMessage)
const bodyCharacters = /^[\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd]*$/;
const maxBytes = 1_048_576;

/**
 * A FIFO queue of the harness: order and deduplication within each group as SQS documents them, on the clock of the
 * run. Who gets what and when is for the run to say.
 */
export function fifoQueue(name: string, nowMilliseconds: () => number): FifoQueue {
  const taken: Queued[] = [];
  const offences: string[] = [];
  const seen = new Map<string, number>();
  const take = ({ MessageBody = '', MessageGroupId = '', MessageDeduplicationId = '' }: Sent) => {
    if (!idCharacters.test(MessageGroupId)) offences.push(`${name}: group ${MessageGroupId}`);
    if (!idCharacters.test(MessageDeduplicationId)) offences.push(`${name}: deduplication id`);
    if (!bodyCharacters.test(MessageBody) || MessageBody.length > maxBytes)
      offences.push(`${name}: body`);
    const key = `${MessageGroupId} ${MessageDeduplicationId}`;
    const last = seen.get(key) ?? -Infinity;
    if (nowMilliseconds() - last < deduplicationMilliseconds) return;
    seen.set(key, nowMilliseconds());
    taken.push({
      number: taken.length,
      group: MessageGroupId,
      deduplicationId: MessageDeduplicationId,
      body: MessageBody,
      receives: 0,
      deleted: false,
    });
  };
  const send = async ({ input }: { input: Sent & { readonly Entries?: readonly Sent[] } }) => {
    const groups = (input.Entries ?? []).map(({ MessageGroupId }) => MessageGroupId);
    if (new Set(groups).size < groups.length) offences.push(`${name}: two of one group in a batch`);
    for (const entry of input.Entries ?? [input]) take(entry);
    return {};
  };
  return {
    url: `https://sqs.invalid/${name}`,
    client: { send } as unknown as Queue['client'],
    taken,
    offences,
    heads: () => [
      ...new Map(
        taken
          .filter(({ deleted }) => !deleted)
          .toReversed()
          .map((message) => [message.group, message]),
      ).values(),
    ],
  };
}
