import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { parsedJson } from '#shared/json';

/** A line that a function wrote about a message. */
export interface Reason {
  /** The log file's name. */
  readonly log: string;
  readonly line: string;
}

const LogLine = z.looseObject({
  level: z.string(),
  timestamp: z.string().default(''),
  message: z.string().default(''),
  name: z.string().optional(),
  code: z.string().optional(),
  stack: z.array(z.string()).default([]),
});

/** The last lines that each function logged about a message, its errors before all others; most often one, or none. */
export function reasonsOf(logs: string | undefined, messageId: string): Reason[] {
  if (logs === undefined) return [];
  return logFiles(logs).flatMap((log) => {
    const lines = readFileSync(join(logs, log), 'utf8')
      .split('\n')
      .filter((line) => line.includes(messageId));
    const line = lines.findLast((each) => readLine(each)?.level === 'ERROR') ?? lines.at(-1);
    return line === undefined ? [] : [{ log, line }];
  });
}

/**
 * Renders a log line for people: time, message, error and place in the code. A line not written by our logger stays as
 * it is.
 */
export function reasonLines({ log, line }: Reason): string[] {
  const read = readLine(line);
  if (!read) return [`${log}  ${line}`];
  const { timestamp, message, name, code, stack } = read;
  const error = [name, code].filter(Boolean).join(' ');
  return [
    `${log}  ${timestamp} ${message}${error ? `: ${error}` : ''}`,
    ...stack.map((frame) => `  ${frame.trim()}`),
  ];
}

function readLine(line: string): z.infer<typeof LogLine> | undefined {
  return LogLine.safeParse(parsedJson(line)).data;
}

function logFiles(logs: string): string[] {
  try {
    return readdirSync(logs).filter((name) => name.endsWith('.log'));
  } catch {
    return [];
  }
}
