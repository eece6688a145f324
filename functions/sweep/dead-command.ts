import { readCommand } from '#shared/command/read-command';
import type { ReplyCommand } from '#shared/model/reply';

/** The parts of a dead command that could be read. */
export interface DeadCommand {
  readonly kind: 'reply' | 'signal';
  /** The whole reply, where it is one. */
  readonly reply?: ReplyCommand;
  readonly caller?: string;
  readonly replyId?: string;
  readonly conversationId?: string;
}

/** Reads a command that died before it was accepted, as `accept-reply` reads it. Never throws. */
export function readDeadCommand(body: string): DeadCommand {
  const command = readCommand(body);
  if ('refusal' in command) {
    const { refusal: _, ...address } = command;
    return { kind: 'reply', ...address };
  }
  const { conversationId } = command;
  if ('signal' in command) return { kind: 'signal', conversationId };
  const { caller, replyId } = command;
  return { kind: 'reply', reply: command, caller, replyId, conversationId };
}
