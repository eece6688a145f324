import type { Context } from '#infra/cli/command';
import { columns, oneLine } from '#infra/cli/output/terminal';
import { ageOf, type Listed, messageJson, subjectOf } from './describe.ts';
import { listed } from './find.ts';
import { type DeadLetterQueue, depthOf } from './queues.ts';

const heading = ['NUMBER', 'QUEUE', 'AGE', 'RECEIVED', 'ABOUT', 'MESSAGE'];

/** The dead letters of these queues: how many each has, and the oldest of them. */
export async function listMessages(
  queues: readonly DeadLetterQueue[],
  { limit, json }: { readonly limit: number; readonly json: boolean },
  { terminal }: Pick<Context, 'terminal'>,
): Promise<void> {
  const counted = await Promise.all(
    queues.map(async (queue) => ({ queue: queue.name, ...(await depthOf(queue)) })),
  );
  const messages = await listed(queues, limit);
  if (json) {
    for (const each of counted) terminal.data(JSON.stringify({ kind: 'queue', ...each }));
    for (const each of messages) terminal.data(JSON.stringify(messageJson(each)));
    return;
  }
  for (const line of columns(counted.map(countCells))) terminal.data(line);
  if (messages.length === 0) return terminal.note(noneOf(counted));
  const [head = '', ...rows] = columns([
    heading,
    ...messages.map((each) => rowOf(each, new Date())),
  ]);
  for (const line of ['', terminal.paint('dim', head), ...rows]) terminal.data(line);
  const rest = counted.reduce((sum, { waiting }) => sum + waiting, 0) - messages.length;
  if (rest > 0) terminal.note(`and ${rest} more, behind these in their groups or younger`);
  terminal.note('  ./switchboard dlq show <number>');
}

function noneOf(counted: readonly { readonly held: number }[]): string {
  return counted.some(({ held }) => held > 0)
    ? 'another reader holds what there is: list again in half a minute'
    : 'nothing to do: every queue message was handled, or still has tries left';
}

function countCells({ queue, waiting, held }: { queue: string; waiting: number; held: number }) {
  const inHands = held > 0 ? `, and ${held} held by another reader` : '';
  return [queue, `${waiting} ${waiting === 1 ? 'dead letter' : 'dead letters'}${inHands}`];
}

function rowOf({ number, message }: Listed, now: Date): string[] {
  const { queue, messageId, attributes } = message;
  return [
    String(number).padStart(heading[0]?.length ?? 0),
    queue.name,
    ageOf(message, now),
    String(attributes['ApproximateReceiveCount'] ?? '-'),
    oneLine(subjectOf(message), 40),
    messageId,
  ];
}
