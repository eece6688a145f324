import { randomUUID } from 'node:crypto';
import { type AwsAnswer, type AwsCall, jsonAnswer } from './aws-call.ts';
import { type Endpoints, forward } from './forward.ts';

interface Entry {
  readonly Id: string;
  readonly MessageDeduplicationId?: string;
}

interface Batch {
  readonly Entries: readonly Entry[];
}

/** Takes every second entry only, and says so as SQS does: with 200. */
export async function partOfTheBatch(endpoints: Endpoints, call: AwsCall): Promise<AwsAnswer> {
  const batch = JSON.parse(call.body.toString('utf8')) as Batch;
  const taken = batch.Entries.filter((_, index) => index % 2 === 1);
  const refused = batch.Entries.filter((_, index) => index % 2 === 0);
  const Failed = refused.map(({ Id }) => ({
    Id,
    Code: 'InternalError',
    Message: 'ordered by the harness',
    SenderFault: false,
  }));
  if (taken.length === 0) return jsonAnswer(200, { Successful: [], Failed });
  const body = Buffer.from(JSON.stringify({ ...batch, Entries: taken }));
  const answer = await forward(endpoints, { ...call, body });
  const said = JSON.parse(answer.body.toString('utf8')) as { Failed?: readonly unknown[] };
  return jsonAnswer(answer.status, { ...said, Failed: [...(said.Failed ?? []), ...Failed] });
}

/** The same messages under deduplication ids that the queue has never seen, as if the five minutes were over. */
export function deduplicationOver(call: AwsCall): AwsCall {
  if (!call.action.startsWith('SendMessage')) return call;
  const sent = JSON.parse(call.body.toString('utf8')) as Entry & Partial<Batch>;
  const changed = sent.Entries ? { ...sent, Entries: sent.Entries.map(renamed) } : renamed(sent);
  return { ...call, body: Buffer.from(JSON.stringify(changed)) };
}

function renamed<Sent extends Entry>(entry: Sent): Sent {
  if (entry.MessageDeduplicationId === undefined) return entry;
  return { ...entry, MessageDeduplicationId: randomUUID() };
}
