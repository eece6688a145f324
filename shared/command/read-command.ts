import * as z from 'zod';
import type { FailureCode } from '#shared/errors';
import { ReplyCommand, SignalCommand, textPath } from '#shared/model/reply';
import { unstorable } from '#shared/storable';
import { inexact, type JsonBody, readJsonBody, repeatedName, unsendable } from './json-body.ts';
import { reason, reasonsOf, wordsFor } from './reasons.ts';

/** The longest text in ASCII, and everything else that a command may hold (shared/model/reply.ts). */
const maxBytes = 520_000;

/** A refused command, with the fields that its answer is addressed by. */
export interface RefusedCommand {
  readonly refusal: { readonly code: FailureCode; readonly reasons: readonly string[] };
  readonly replyId?: string;
  readonly conversationId?: string;
  readonly caller?: string;
}

/** Reads a reply that was posted to a conversation. */
export function readReply(
  body: string | Uint8Array,
  conversationId: string,
): ReplyCommand | RefusedCommand {
  return readAs(ReplyCommand, 'invalid_reply', { body, json: readJsonBody(body) }, conversationId);
}

/** Reads a signal (read or typing) that was posted to a conversation. */
export function readSignal(
  body: string | Uint8Array,
  conversationId: string,
): SignalCommand | RefusedCommand {
  return readAs(
    SignalCommand,
    'invalid_signal',
    { body, json: readJsonBody(body) },
    conversationId,
  );
}

/**
 * Reads a message of the replies queue: a reply, or a signal, which has no id of its own because no event tells of it.
 */
export function readCommand(body: string): ReplyCommand | SignalCommand | RefusedCommand {
  const json = readJsonBody(body);
  const given = 'object' in json ? json.object : {};
  return 'signal' in given && !('replyId' in given)
    ? readAs(SignalCommand, 'invalid_signal', { body, json })
    : readAs(ReplyCommand, 'invalid_reply', { body, json });
}

/**
 * Reads every command: by HTTP before anything is queued, and again from the replies queue, so that both accept the
 * same. Pure, and never throws: the mistakes of a command are part of the result.
 */
function readAs<Command>(
  schema: z.ZodType<Command>,
  code: FailureCode,
  { body, json }: { readonly body: string | Uint8Array; readonly json: JsonBody },
  postedTo?: string,
): Command | RefusedCommand {
  const given = 'object' in json ? json.object : {};
  const no = (why: FailureCode, reasons: readonly string[]) =>
    refused(why, reasons, given, postedTo);
  const bytes = Buffer.byteLength(body);
  if (bytes > maxBytes) {
    return no('body_too_large', [`the body has ${bytes} bytes; allowed: ${maxBytes}`]);
  }
  if ('problem' in json) return no(code, [json.problem]);
  const value = postedTo === undefined ? given : { conversationId: postedTo, ...given };
  const read = schema.safeParse(value, { error: wordsFor });
  const reasons = [
    ...(read.success ? [] : reasonsOf(read.error.issues)),
    ...elsewhere(given, postedTo),
    ...unfaithful(given, json.text),
  ];
  if (read.success && reasons.length === 0) return read.data;
  const isTooLong = reasons.length === 1 && read.error?.issues.some(isTextTooLong);
  return no(isTooLong ? 'text_too_long' : code, reasons);
}

/** Lengths that are too long for every channel. The limits of one channel are checked later, under the same code. */
function isTextTooLong({ code, path }: z.core.$ZodIssue): boolean {
  const isOfText = path.length === textPath.length && textPath.every((at, i) => path[i] === at);
  return isOfText && code === 'too_big';
}

/** Refuses a command that names another conversation than the one it was posted to. */
function elsewhere(
  { conversationId }: Readonly<Record<string, unknown>>,
  postedTo: string | undefined,
): readonly string[] {
  if (postedTo === undefined || typeof conversationId !== 'string') return [];
  if (conversationId === postedTo) return [];
  const given = conversationId.slice(0, 100);
  return [`conversationId: "${given}" in the body; the path says "${postedTo}"`];
}

/** Finds a part of the command that would be lost, changed or refused on its way; no schema sees that. */
function unfaithful(given: Readonly<Record<string, unknown>>, text: string): readonly string[] {
  const repeated = repeatedName(text);
  const found = unstorable(given) ?? inexact(given) ?? unsendable(given);
  return [
    ...(found ? [reason(found.path, found.problem)] : []),
    ...(repeated === undefined ? [] : [`the name ${JSON.stringify(repeated)} is given twice`]),
  ];
}

/** The fields that an answer is addressed by, each only if it is usable. */
const Address = z.object({
  replyId: usable(256),
  conversationId: usable(256),
  caller: usable(128),
});

function usable(maxCharacters: number) {
  const isWhole = (text: string) => text.isWellFormed();
  return z.string().min(1).max(maxCharacters).refine(isWhole).optional().catch(undefined);
}

function refused(
  code: FailureCode,
  reasons: readonly string[],
  given: object,
  postedTo: string | undefined,
): RefusedCommand {
  const { replyId, caller, ...named } = Address.parse(given);
  const conversationId = postedTo ?? named.conversationId;
  return {
    refusal: { code, reasons },
    ...(replyId === undefined ? {} : { replyId }),
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(caller === undefined ? {} : { caller }),
  };
}
