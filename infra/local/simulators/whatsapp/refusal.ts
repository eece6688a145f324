import * as z from 'zod';
import type { ApiAnswer } from '#infra/local/simulators/simulator';
import { graphError } from './errors.ts';
import { sendKinds } from './send.ts';

/**
 * Meta's answer to a request that breaks a rule: 131008 for a missing member, 131009 for a value inside an interactive
 * message, 100 for everything else, each with the sentence Meta writes where one is known.
 */
export function refusalOf(
  error: z.ZodError,
  request: Readonly<Record<string, unknown>>,
): ApiAnswer {
  const [issue] = error.issues;
  if (issue === undefined) return graphError(100);
  const missing = missingDetails(issue);
  if (missing !== undefined) return graphError(131008, { details: missing });
  const message = sentenceOf(issue, request);
  if (message !== undefined) return graphError(100, { message });
  if (issue.path[0] === 'interactive') return graphError(131009, { details: issue.message });
  return graphError(100, { details: z.prettifyError(error) });
}

/** The codes with which zod reports a missing member. */
const absentCodes: readonly string[] = ['invalid_type', 'invalid_union', 'invalid_value'];

/** Names the missing member; an empty text parameter of a template counts as missing. */
function missingDetails({ code, input, message, path }: z.core.$ZodIssue): string | undefined {
  if (message.startsWith('Parameter of')) return message;
  const absent = input === undefined && absentCodes.includes(code);
  const required = `The parameter ${paramOf(path)} is required.`;
  return absent || message === required ? required : undefined;
}

/** Meta's sentence in place of the title, for the mistakes it has one for. */
function sentenceOf(
  issue: z.core.$ZodIssue,
  request: Readonly<Record<string, unknown>>,
): string | undefined {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    const on = path.length === 0 ? '' : ` on param "${paramOf(path)}"`;
    return `Unexpected key "${issue.keys[0]}"${on}.`;
  }
  if (path.length === 1 && path[0] === 'type') {
    const kinds = sendKinds.map((kind) => kind.toUpperCase()).join(', ');
    return `Param type must be one of {${kinds}} - got "${String(request['type'])}".`;
  }
  const { message } = issue;
  return message.startsWith('must be at most') ? `Param ${paramOf(path)} ${message}` : undefined;
}

/** `text['body']`, `template['components'][0]`: how Meta names a place in a request. */
function paramOf(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => {
      if (index === 0) return String(key);
      return typeof key === 'number' ? `[${key}]` : `['${String(key)}']`;
    })
    .join('');
}
