import type { Conversation } from '#shared/model/conversation';
import type { Message } from '#shared/model/message';
import type { Participant } from '#shared/model/participant';

/** The reasons why a message did not join the conversation that it names. */
const refusals = {
  not_participant: 'its sender takes no part there',
  not_authenticated: 'it is not sure enough who sent it',
} as const;

/**
 * Marks what an agent has to see before a word of a message: a sender who is not verified and why, signs that may
 * deceive, and a conversation that it was not allowed to join.
 */
export function trustMarks({ authenticity }: Pick<Message, 'authenticity'>): string[] {
  if (!authenticity) return [];
  const { level, reasons = [], warnings = [], joinRefused } = authenticity;
  const why = reasons.length > 0 ? `: ${reasons.join(', ')}` : '';
  return [
    ...(level === 'verified' ? [] : [`[${level}${why}]`]),
    ...(warnings.length > 0 ? [`[warning: ${warnings.join(', ')}]`] : []),
    ...(joinRefused ? [`[joinRefused: ${joinRefused}, ${refusals[joinRefused]}]`] : []),
  ];
}

/** `(to ada@x.example, cc bob@x.example)`, of a message that went to several. */
export function peopleOf({
  recipients,
  cc = [],
  bcc = [],
}: Pick<Message, 'recipients' | 'cc' | 'bcc'>): string[] {
  const copied = new Set(cc.map(({ address }) => address));
  const lists = {
    to: recipients.filter(({ address }) => !copied.has(address)),
    ...{ cc, bcc },
  };
  if (recipients.length + bcc.length < 2) return [];
  const named = Object.entries(lists).filter(([, list]) => list.length > 0);
  const words = named.map(
    ([name, list]) => `${name} ${list.map(({ address }) => address).join(', ')}`,
  );
  return [`(${words.join('; ')})`];
}

/** `Bob bob@x.example, forms@x.example (not copied)` */
export function participantsOf({
  participants = [],
}: Pick<Conversation, 'participants'>): string | undefined {
  if (participants.length === 0) return undefined;
  return participants.map(participantWords).join(', ');
}

function participantWords({ identity, displayName, copied }: Participant): string {
  const note = copied === false ? '(not copied)' : undefined;
  return [displayName, identity.address, note].filter(Boolean).join(' ');
}
