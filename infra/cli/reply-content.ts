import { readFileSync } from 'node:fs';
import { parsedJson } from '#shared/json/parsed-json';
import { readPositionals } from './arguments.ts';
import { usageError } from './cli-error.ts';

/** What an agent says, as the HTTP API takes it; whether it is right is for that to tell. */
export interface Said {
  readonly content: unknown;
  readonly fallbackTemplate?: unknown;
}

interface Options {
  readonly content?: string;
  readonly 'json-content'?: string;
  readonly 'fallback-template'?: string;
}

/** Which conversation, and what is said: a text, or content as JSON from the line or from a file. */
export function readSaid(given: readonly string[], options: Options): readonly [string, Said] {
  const json = jsonOf(options);
  const fallbackTemplate = templateOf(options['fallback-template']);
  const rest = fallbackTemplate === undefined ? {} : { fallbackTemplate };
  if (json !== undefined) {
    const [id] = readPositionals('reply', given, ['id'] as const);
    return [id, { content: parsed(json), ...rest }];
  }
  const [id, text] = readPositionals('reply', given, ['id', 'text'] as const);
  if (text === '') throw usageError('reply: <text> is empty: what is the answer?', 'reply');
  return [id, { content: { type: 'text', text }, ...rest }];
}

function jsonOf({ content: path, 'json-content': json }: Options): string | undefined {
  if (path !== undefined && json !== undefined) {
    throw usageError('--content and --json-content exclude each other', 'reply');
  }
  if (path === undefined) return json;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw usageError(`--content is "${path}": there is no such file to read`, 'reply');
  }
}

function parsed(json: string): unknown {
  const value = parsedJson(json);
  if (value !== undefined) return value;
  throw usageError('the content is not JSON: {"type":"location","latitude":52.5,…}', 'reply');
}

function templateOf(text: string | undefined): object | undefined {
  if (text === undefined) return undefined;
  const [, name, language] = /^([^:]+):([^:]+)$/.exec(text) ?? [];
  if (name !== undefined) return { type: 'template', name, language };
  throw usageError(`--fallback-template is "${text}": allowed is name:language`, 'reply');
}
