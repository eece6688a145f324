import { readFileSync } from 'node:fs';
import { isObject } from '#shared/json';
import { readPositionals } from './arguments.ts';
import { usageError } from './cli-error.ts';
import { oneLine } from './output/terminal.ts';

/** The content of a reply, as the HTTP API takes it; the API checks it. */
export interface Said {
  readonly content: unknown;
  readonly fallbackTemplate?: unknown;
  readonly asText?: true;
}

/** The length at which a content that is not JSON is cut in the error. */
const shownCharacters = 80;

interface Options {
  readonly content?: string;
  readonly 'json-content'?: string;
  readonly 'fallback-template'?: string;
  readonly 'as-text'?: boolean;
}

/** Reads the conversation and the content of the reply: a text, or JSON from the line or from a file. */
export function readSaid(given: readonly string[], options: Options): readonly [string, Said] {
  const text = jsonOf(options);
  const fallbackTemplate = templateOf(options['fallback-template']);
  const rest = {
    ...(fallbackTemplate === undefined ? {} : { fallbackTemplate }),
    ...(options['as-text'] ? { asText: true as const } : {}),
  };
  if (text !== undefined) {
    const [id] = readPositionals('reply', given, ['id'] as const);
    const content = parsed(text, options.content);
    refuseCommand(content, options.content);
    return [id, { content, ...rest }];
  }
  const [id, words] = readPositionals('reply', given, ['id', 'text'] as const);
  if (words === '') throw usageError('reply: <text> is empty: what is the answer?', 'reply');
  return [id, { content: { type: 'text', text: words }, ...rest }];
}

function jsonOf({ content: path, 'json-content': json }: Options): string | undefined {
  if (path !== undefined && json !== undefined) {
    throw usageError('--content and --json-content exclude each other', 'reply');
  }
  if (path === undefined) return json;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw usageError(`--content is "${path}": no file there can be read`, 'reply');
  }
}

/** Reads the content. Its error says what was given, where it ends to be JSON, and what is allowed. */
function parsed(json: string, file: string | undefined): unknown {
  try {
    return JSON.parse(json);
  } catch (fault) {
    const given = file === undefined ? '--json-content' : `--content: ${file}`;
    const reason = fault instanceof Error ? `, ${oneLine(fault.message)}` : '';
    throw usageError(
      `${given} is not JSON: ${oneLine(json, shownCharacters) || '(empty)'}${reason}; allowed is one JSON object in quotes, as '{"type":"text","text":"Hello"}'`,
      'reply',
    );
  }
}

/** Refuses a whole command, as the HTTP API takes it: what stands beside its content is an option here. */
function refuseCommand(content: unknown, file: string | undefined): void {
  if (!isObject(content) || !('content' in content) || 'type' in content) return;
  const given = file === undefined ? '--json-content' : `--content: ${file}`;
  throw usageError(
    `${given} is a whole command (${oneLine(Object.keys(content).join(', '))}): allowed is what stands in its "content"; asText is --as-text, fallbackTemplate is --fallback-template, replyId is --reply-id, inReplyToMessageId is --answers, purpose is --purpose, override is --override, the author bot is --bot`,
    'reply',
  );
}

function templateOf(text: string | undefined): object | undefined {
  if (text === undefined) return undefined;
  const [, name, language] = /^([^:]+):([^:]+)$/.exec(text) ?? [];
  if (name !== undefined) return { type: 'template', name, language };
  throw usageError(
    `--fallback-template is "${text}": allowed is name:language, as order_update:en`,
    'reply',
  );
}
