import type * as core from 'zod/v4/core';
import { nearNames } from './near-names.ts';

/** The most reasons in one answer: a reader of more starts with the first. */
const maxReasons = 20;
/** Short enough that the title of an event holds all reasons. */
const longestQuote = 60;

type Issue = core.$ZodRawIssue;

/**
 * Zod's issue in our words: what was given and what is allowed. Unknown names get one line each, in their order.
 * Undefined where zod's own words, or those of a refinement, say it.
 */
export function wordsFor(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'unrecognized_keys': {
      const allowed = fieldsOf(issue);
      return issue.keys.map((name) => unknownName(name, allowed)).join('\n');
    }
    case 'invalid_type':
      return `${given(issue.input)}; allowed: ${article(issue.expected)}`;
    case 'invalid_value':
      return `${given(issue.input)}; allowed: ${issue.values.join(', ')}`;
    case 'invalid_union':
      return `${given(typeIn(issue))}; allowed: ${typesFor(issue).join(', ')}`;
    case 'too_small':
      return `${sizeOf(issue)}; allowed: ${issue.minimum} or more`;
    case 'too_big':
      return `${sizeOf(issue)}; allowed: ${issue.maximum} or fewer`;
    case 'invalid_format':
      return `${given(issue.input)}; allowed: ${formatOf(issue)}`;
    default:
      return undefined;
  }
}

/** One reason for each mistake, with its place. */
export function reasonsOf(issues: readonly core.$ZodIssue[]): readonly string[] {
  const reasons = issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return reason(issue.path, issue.message);
    const lines = issue.message.split('\n');
    return issue.keys.map((name, index) => reason([...issue.path, name], lines[index] ?? ''));
  });
  const more = reasons.length - maxReasons;
  return more <= 0 ? reasons : [...reasons.slice(0, maxReasons), `and ${more} more`];
}

export function reason(path: readonly PropertyKey[], words: string): string {
  const place = writtenPath(path);
  return place === '' ? words : `${place}: ${words}`;
}

function unknownName(name: string, allowed: readonly string[]): string {
  const near = nearNames(name, allowed);
  return near.length > 0
    ? `unknown; did you mean ${near.join(' or ')}?`
    : `unknown; allowed: ${allowed.join(', ')}`;
}

/** The fields of the object that has a field too many. */
function fieldsOf({ inst }: Issue): readonly string[] {
  const definition: object | undefined = inst?._zod.def;
  if (!definition || !('shape' in definition)) return [];
  return Object.keys(definition.shape as object);
}

/** In each union of our schemas every member has its own `type`. */
type UnknownType = core.$ZodRawIssue<core.$ZodIssueInvalidUnion>;

function typeIn({ input }: UnknownType): unknown {
  return typeof input === 'object' && input !== null && 'type' in input ? input.type : undefined;
}

function typesFor(issue: UnknownType): readonly unknown[] {
  return 'options' in issue && Array.isArray(issue['options']) ? issue['options'] : [];
}

function given(input: unknown): string {
  if (input === undefined) return 'missing';
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'an array';
  if (typeof input === 'object') return 'an object';
  const text = String(input);
  const quote = text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text;
  return typeof input === 'string' ? `"${quote.toWellFormed()}"` : quote;
}

function sizeOf({
  input,
  origin,
}: core.$ZodRawIssue<core.$ZodIssueTooSmall | core.$ZodIssueTooBig>): string {
  if (typeof input === 'string') return `${input.length} characters`;
  if (Array.isArray(input)) return `${input.length} entries`;
  return `${given(input)} (${origin})`;
}

/** The words for a format that its name alone would not explain. */
function formatOf(issue: core.$ZodRawIssue<core.$ZodIssueInvalidStringFormat>): string {
  const { format, pattern } = issue;
  if (format === 'datetime') return 'ISO 8601 with a time zone, as 2026-12-01T08:00:00+01:00';
  // The only address of a command that must begin with something is that of a file.
  if (format === 'starts_with') return `an ${issue['prefix']} address in the archive bucket`;
  if (format !== 'regex') return article(format);
  return pattern === String(/\S/) ? 'something to read' : `what fits ${pattern}`;
}

/** `record` is zod's word for an object of any names, `url` its word for the format. */
function article(word: string): string {
  if (word === 'url') return 'a URL';
  const name = word === 'record' ? 'object' : word;
  return /^[aeio]/.test(name) ? `an ${name}` : `a ${name}`;
}

/** Deep enough to find every field of our commands; anything deeper belongs to a provider. */
const maxSteps = 8;
/** No field name of our commands is longer. */
const longestStep = 60;

/** A place in a command as people write it: `content.buttons[0].title`; empty for the command itself. */
function writtenPath(path: readonly PropertyKey[]): string {
  const steps = path.slice(0, maxSteps).map((step, index) => {
    if (typeof step === 'number') return `[${step}]`;
    const name = shortened(String(step));
    return index === 0 ? name : `.${name}`;
  });
  return `${steps.join('')}${path.length > maxSteps ? '…' : ''}`;
}

function shortened(name: string): string {
  return name.length > longestStep ? `${name.slice(0, longestStep)}…` : name;
}
