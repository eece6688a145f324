import type { ConversationItem } from '#shared/table/items';
import { commandToWrite } from './channels.ts';
import { pageOf } from './doctor/page.ts';
import type { Answered } from './output/next-step.ts';
import type { Stack } from './stage/stack.ts';

/** Describes a conversation for the next step after a refusal. */
export function answeredIn(stack: Stack, conversation: ConversationItem): Answered {
  return {
    commandToWrite: (text) => commandToWrite(stack, conversation, text),
    page: pageOf(conversation.connector),
  };
}
