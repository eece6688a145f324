import * as z from 'zod';
import { parsedJson } from '#shared/json';

const Sent = z.looseObject({
  data: z.looseObject({ dm_event_id: z.string().optional(), id: z.string().optional() }),
});

/** X's two forms of an error: the v2 problem, and the v1.1 list of codes that some endpoints still answer with. */
const Refusal = z.looseObject({
  title: z.string().optional().catch(undefined),
  detail: z.string().optional().catch(undefined),
  type: z.string().optional().catch(undefined),
  errors: z
    .array(
      z.looseObject({
        code: z.number().optional().catch(undefined),
        message: z.string().optional().catch(undefined),
      }),
    )
    .catch([])
    .default([]),
});

/** An error body, reduced to the fields that rules match on. */
export interface ReadRefusal {
  readonly codes: readonly number[];
  /** Everything X says in words; often the only difference between two errors, as `type` is mostly `about:blank`. */
  readonly words: string;
  /** For people: X's code, or the last part of its problem type. */
  readonly providerCode: string | undefined;
}

/** The id that X gave to the message, or absent when the body cannot be read. */
export function sentId(body: unknown): string | undefined {
  const read = Sent.safeParse(body);
  return read.success ? (read.data.data.dm_event_id ?? read.data.data.id) : undefined;
}

/** Reads an error body; one that is no JSON (a proxy's page) has no codes and no words. */
export function readRefusal(body: string): ReadRefusal {
  const read = Refusal.safeParse(parsedJson(body));
  if (!read.success) return { codes: [], words: '', providerCode: undefined };
  const { title, detail, type, errors } = read.data;
  const codes = errors.flatMap(({ code }) => (code === undefined ? [] : [code]));
  const messages = errors.map(({ message }) => message);
  return {
    codes,
    words: [title, detail, type, ...messages].filter(Boolean).join(' '),
    providerCode: codes[0]?.toString() ?? /\/problems\/([\w-]+)$/.exec(type ?? '')?.[1],
  };
}
