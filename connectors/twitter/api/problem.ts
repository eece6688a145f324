import * as z from 'zod/mini';
import { parsedJson } from '#shared/json';

const text = z.catch(z.optional(z.string()), undefined);

/** X's two forms of an error: the v2 problem, and the v1.1 list of codes that some endpoints still answer with. */
const Problem = z.looseObject({
  title: text,
  detail: text,
  type: text,
  errors: z.catch(
    z._default(
      z.array(z.looseObject({ code: z.catch(z.optional(z.number()), undefined), message: text })),
      [],
    ),
    [],
  ),
});

/** An error body, reduced to the fields that rules match on. */
export interface ReadRefusal {
  readonly codes: readonly number[];
  /** Everything X says in words; often the only difference between two errors, as `type` is mostly `about:blank`. */
  readonly words: string;
  /** The words without those that may repeat our own text: a message without a code is about a field of the request. */
  readonly statement: string;
  /** For people: X's code, or the last part of its problem type. */
  readonly providerCode: string | undefined;
  /** X's own form of an error; false for the page of a proxy. */
  readonly isReadable: boolean;
}

/** Reads an error body; one that is no JSON has no codes and no words. */
export function readRefusal(body: string): ReadRefusal {
  const read = z.safeParse(Problem, parsedJson(body));
  if (!read.success) {
    return { codes: [], words: '', statement: '', providerCode: undefined, isReadable: false };
  }
  const { title, detail, type, errors } = read.data;
  const codes = errors.flatMap(({ code }) => (code === undefined ? [] : [code]));
  const coded = errors.filter(({ code }) => code !== undefined);
  const joined = (listed: typeof errors) =>
    [title, detail, type, ...listed.map(({ message }) => message)].filter(Boolean).join(' ');
  return {
    codes,
    words: joined(errors),
    statement: joined(coded),
    providerCode: codes[0]?.toString() ?? /\/problems\/([\w-]+)$/.exec(type ?? '')?.[1],
    isReadable: true,
  };
}
