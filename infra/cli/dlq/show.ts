import type { Context } from '#infra/cli/command';
import { localTime, oneLine } from '#infra/cli/output/terminal';
import { jsonOf, type Listed, messageJson, sentAt, subjectOf } from './describe.ts';
import type { DeadMessage } from './messages.ts';
import { reasonLines, reasonsOf } from './reasons.ts';

/** Everything of one dead letter, its body included: it may hold what a customer wrote. */
export function showMessage(
  listed: Listed,
  { logs, json }: { readonly logs: string | undefined; readonly json: boolean },
  { terminal }: Pick<Context, 'terminal'>,
): void {
  const { message } = listed;
  const { attributes, messageAttributes, body, messageId } = message;
  // One that its function set aside is another message here (shared/aws/queues/own-tries.ts); the logs name the first one.
  const diedAs = messageAttributes['diedAs']?.StringValue ?? messageId;
  const reasons = reasonsOf(logs, diedAs);
  if (json) {
    const kept = { attributes, messageAttributes, body: jsonOf(body) };
    terminal.data(JSON.stringify({ ...messageJson(listed), ...kept, reasons }));
    return;
  }
  const told = reasons.flatMap(reasonLines);
  terminal.data(terminal.paint('bold', messageId));
  for (const [name, value] of headerOf(message)) {
    terminal.data(`  ${name.padEnd(10)}${oneLine(value)}`);
  }
  terminal.data('why');
  for (const line of told.length > 0 ? told : ['no log mentions it']) {
    terminal.data(`  ${indented(line)}`);
  }
  terminal.data('body');
  for (const line of textOf(body).split('\n')) terminal.data(`  ${indented(line)}`);
  terminal.note(`fix the fault, then: ./switchboard dlq redrive ${messageId}`);
}

function headerOf(message: DeadMessage): (readonly [string, string])[] {
  const { attributes, messageAttributes, queue } = message;
  const at = sentAt(message);
  const count = attributes['ApproximateReceiveCount'] ?? '-';
  return [
    ['queue', queue.name],
    ['about', subjectOf(message)],
    ['sent', at ? localTime(at.toISOString()) : '-'],
    ['received', `${count} times, by its function, by dlq and by the sweep`],
    ['group', attributes['MessageGroupId'] ?? '-'],
    ...Object.entries(messageAttributes).map(
      ([name, { StringValue = '' }]) => [name, StringValue] as const,
    ),
  ];
}

function textOf(body: string): string {
  const value = jsonOf(body);
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
}

/** A harmless line that keeps its indentation. */
function indented(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return `${indent}${oneLine(line, 2000)}`;
}
