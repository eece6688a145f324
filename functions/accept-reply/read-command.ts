import * as z from 'zod';
import { hashOf } from '#shared/ids';
import type { DeliveryError } from '#shared/model/delivery-status';
import { ReplyCommand, SignalCommand } from '#shared/model/reply';
import { storable } from '#shared/storable';
import { wellFormed } from '#shared/well-formed';

/** As much of a command as could be read, and why it is not one. */
export interface UnreadableCommand {
  readonly refusal: DeliveryError;
  readonly bodyHash: string;
  readonly replyId?: string;
  readonly conversationId?: string;
  readonly caller?: string;
}

/** What an answer to a bad command can be addressed by; each only if it is usable. */
const Partial = z.object({
  replyId: z.string().min(1).max(256).optional().catch(undefined),
  conversationId: z.string().min(1).max(256).optional().catch(undefined),
  caller: z.string().min(1).max(128).optional().catch(undefined),
});

/** Reads what somebody put on the replies queue. Never throws: what is wrong with it is part of the result. */
export function readCommand(body: string): ReplyCommand | SignalCommand | UnreadableCommand {
  const value = parsed(body);
  if (isMeantAsSignal(value)) {
    return readAs(SignalCommand, 'invalid_signal', value, body);
  }
  return readAs(ReplyCommand, 'invalid_reply', value, body);
}

/** A sign has no id of its own, because nothing ever tells of it. */
function isMeantAsSignal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'signal' in value && !('replyId' in value);
}

function readAs<Command>(
  schema: z.ZodType<Command>,
  code: 'invalid_reply' | 'invalid_signal',
  value: unknown,
  body: string,
): Command | UnreadableCommand {
  const command = schema.safeParse(value);
  if (command.success) return command.data;
  const { replyId, conversationId, caller } = Partial.safeParse(value).data ?? {};
  const reasons = command.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const title = value === undefined ? 'the command is not JSON' : reasons.join('; ').slice(0, 500);
  return {
    refusal: { code, title, retryable: false },
    bodyHash: hashOf(body),
    ...(replyId === undefined ? {} : { replyId }),
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(caller === undefined ? {} : { caller }),
  };
}

function parsed(body: string): unknown {
  try {
    return storable(wellFormed(JSON.parse(body)));
  } catch {
    return undefined;
  }
}
