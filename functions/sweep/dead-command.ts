import * as z from 'zod';
import { ReplyCommand, SignalCommand } from '#shared/model/reply';

/** As much of a dead command as could be read. */
export interface DeadCommand {
  readonly kind: 'reply' | 'signal';
  /** The whole reply, where it is one. */
  readonly reply?: ReplyCommand;
  readonly caller?: string | undefined;
  readonly replyId?: string | undefined;
  readonly conversationId?: string | undefined;
}

/** The fields that an answer is addressed by; each only if it is usable. */
const Address = z.object({
  caller: z.string().min(1).max(128).optional().catch(undefined),
  replyId: z.string().min(1).max(256).optional().catch(undefined),
  conversationId: z.string().min(1).max(256).optional().catch(undefined),
});

/** Reads a command that died before it was accepted. Never throws: what killed it may be how it is written. */
export function readDeadCommand(body: string): DeadCommand {
  try {
    const value: unknown = JSON.parse(body);
    const reply = ReplyCommand.safeParse(value).data;
    if (reply) return { kind: 'reply', reply, ...addressOf(reply) };
    const isSignal = SignalCommand.safeParse(value).success;
    return { kind: isSignal ? 'signal' : 'reply', ...addressOf(value) };
  } catch {
    return { kind: 'reply' };
  }
}

function addressOf(value: unknown) {
  return Address.safeParse(value).data ?? {};
}
