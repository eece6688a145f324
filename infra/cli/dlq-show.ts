import type { Context } from './command.ts';
import { jsonOf, type Listed, letterJson, sentAt, subjectOf } from './dlq-describe.ts';
import { reasonLines, reasonsOf } from './dlq-reasons.ts';
import { localTime, oneLine } from './terminal.ts';

/** Everything of one dead letter, its body included: it may hold what a customer wrote. */
export function showLetter(
  { number, letter }: Listed,
  { logs, json }: { readonly logs: string | undefined; readonly json: boolean },
  { terminal }: Pick<Context, 'terminal'>,
): void {
  const { attributes, messageAttributes, body, messageId, queue } = letter;
  const reasons = reasonsOf(logs, messageId);
  if (json) {
    const { attributes: system, message } = {
      attributes: { ...attributes },
      message: { body: jsonOf(body), messageAttributes },
    };
    const all = { ...letterJson({ number, letter }), attributes: system, ...message, reasons };
    terminal.data(JSON.stringify(all));
    return;
  }
  const at = sentAt(letter);
  const told = reasons.flatMap(reasonLines);
  terminal.data(terminal.paint('bold', messageId));
  for (const [name, value] of [
    ['queue', queue.name],
    ['about', subjectOf(letter)],
    ['sent', at ? localTime(at.toISOString()) : '-'],
    ['received', `${attributes['ApproximateReceiveCount'] ?? '-'} times, by its function or by dlq`],
    ['group', attributes['MessageGroupId'] ?? '-'],
    ...Object.entries(messageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
  ] as const) {
    terminal.data(`  ${String(name).padEnd(10)}${oneLine(String(value))}`);
  }
  terminal.data('why');
  for (const line of told.length > 0 ? told : ['no log mentions it']) {
    terminal.data(`  ${oneLine(line.trimStart() === line ? line : `  ${line.trim()}`, 300)}`);
  }
  terminal.data('body');
  for (const line of bodyLines(body)) terminal.data(`  ${line}`);
}

function bodyLines(body: string): string[] {
  const value = jsonOf(body);
  const text = typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
  return text.split('\n').map((line) => {
    const indent = /^ */.exec(line)?.[0] ?? '';
    return `${indent}${oneLine(line, 2000)}`;
  });
}
