import { readCommand } from '#shared/command/read-command';
import type { ReplyCommand } from '#shared/model/reply';

/** As much of a dead command as could be read. */
export interface DeadCommand {
  readonly kind: 'reply' | 'signal';
  /** The whole reply, where it is one. */
  readonly reply?: ReplyCommand;
  readonly caller?: string;
  readonly replyId?: string;
  readonly conversationId?: string;
}

/** Reads a command that died before it was accepted, as the one who accepts commands does. Never throws. */
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
