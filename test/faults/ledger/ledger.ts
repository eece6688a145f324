import { setTimeout as sleep } from 'node:timers/promises';
import type { Accepted, StatusName, Written } from '#test/faults/channels/channel';

/** A message whose webhook was answered 2xx. Times are the harness's own. */
export interface AckedMessage extends Written {
  /** Which of all webhooks brought it, and where in that it stood. */
  readonly webhook: number;
  readonly position: number;
  readonly startedAt: number;
  readonly ackedAt: number;
}

/** A reply that was accepted: answered 202, or taken by the replies queue. */
export interface AcceptedReply {
  readonly replyId: string;
  readonly conversationId: string;
  /** Words that only this reply holds, in order; each must reach the customer once or not at all. */
  readonly markers: readonly string[];
  /** The same replyId was used for this word as well; whichever came first stands. */
  readonly other?: string;
  /** When it was handed in for the first time, and when it was acknowledged, on the harness's own clock. */
  readonly startedAt: number;
  readonly ackedAt: number;
}

/** An event as a consumer took it off the normalized queue. */
export interface SeenEvent {
  readonly id: string;
  readonly body: string;
}

export interface Poison {
  readonly name: string;
  readonly status: number;
  readonly residentBytes: number;
  /** The provider's id in it, where there is one to look for. */
  readonly id?: string;
}

export interface Refusable {
  /** Absent where the command is none. */
  readonly replyId?: string;
  readonly conversationId?: string;
  /** There is such a conversation. */
  readonly isKnown: boolean;
  /** It was refused by HTTP: its caller has the answer. */
  readonly mayBeSilent?: boolean;
}

export interface ForgedMail {
  readonly providerId: string;
  readonly marker: string;
  readonly conversation: string;
}

/** One attempt at a part, as its sender logged it when it had ended. Times are the sender's. */
export interface LoggedAttempt {
  readonly messageId: string;
  readonly part: number;
  readonly outcome: string;
  /** When it was claimed: its request left later. */
  readonly beganAt: number;
  /** When its sender waited for no answer any more. */
  readonly endedAt: number;
}

/** What somebody outside has seen: promises made, events received, lines logged. Nothing is read from the system. */
export interface Ledger {
  readonly messages: AckedMessage[];
  readonly replies: Map<string, AcceptedReply>;
  /** Commands that must be refused, as they were put on the queue. */
  readonly refusals: Refusable[];
  /** Messages by which customers stop, by the provider's id: nobody else answers in their conversations. */
  readonly stopping: Set<string>;
  /** Replies to customers who had stopped, handed in after the helpdesk had heard of it. */
  readonly silenced: { readonly replyId: string; readonly text: string }[];
  /** The types of the events that acknowledged changes of people must bring, one for each. */
  readonly notices: string[];
  readonly events: SeenEvent[];
  readonly poison: Poison[];
  /** Our message ids of which the provider has said that they failed after all. */
  readonly providerFailed: Set<string>;
  /** Reactions that were acknowledged, by their own id, with the id of the message they are about. */
  readonly reactions: Map<string, string>;
  /** Messages whose deletion was acknowledged, by the provider's id, with the word that nothing may hold any more. */
  readonly deleted: Map<string, string>;
  /** Conversations of inbound messages as the helpdesk heard of them, by the provider's id. */
  readonly received: Map<string, string>;
  /** Mails that name an earlier one with the right to go on there, and where they must stand, by their own id. */
  readonly joining: Map<string, string>;
  /** Mails that only pretend, each with the conversation that it must not get into. */
  readonly forged: ForgedMail[];
  /** What providers have told of messages they took. */
  readonly statuses: { readonly send: Accepted; readonly status: StatusName }[];
  /** Attempts that ended without an answer, by our message id, as their sender logged them. */
  readonly unanswered: Set<string>;
  /** Attempts in the order in which their ends were logged. */
  readonly attempts: LoggedAttempt[];
  /** Broken promises that showed while the run went on. */
  readonly violations: string[];
  /** Our ids of replies by their first words, as `message.accepted` told them. */
  readonly acceptedAs: Map<string, string>;
  /** Our id of the reply with this text. What was asked of a provider has been told before; its event may be on its way. */
  readonly messageSaying: (text: string) => Promise<string>;
  readonly log: (source: string, text: string) => void;
  /** Words that may be in no log line. */
  readonly secrets: Set<string>;
  logLines: number;
}

/** What `functions/send/attempt.ts` writes of an attempt that ran out of time, or whose connection broke. */
const unanswered =
  /"conversationId":"cnv_([a-z2-7]+)","sequence":(\d+),"part":\d+,"outcome":"uncertain"/g;
const customerWords = /mk-[a-z0-9-]+|4917\d{8}|1600100\d{9}|customer\d{6}@/;

/** The first word of a reply is its own. */
const firstWord = /^\s*(\S+)/;
/** An event is with the helpdesk long before this. */
const maxWaitMs = 2000;

export function newLedger(): Ledger {
  const ledger: Ledger = {
    messages: [],
    replies: new Map(),
    refusals: [],
    stopping: new Set(),
    silenced: [],
    notices: [],
    events: [],
    poison: [],
    providerFailed: new Set(),
    reactions: new Map(),
    deleted: new Map(),
    received: new Map(),
    joining: new Map(),
    forged: [],
    statuses: [],
    unanswered: new Set(),
    attempts: [],
    violations: [],
    secrets: new Set(),
    acceptedAs: new Map(),
    messageSaying: async (text) => {
      const word = firstWord.exec(text)?.[1] ?? '';
      const until = Date.now() + maxWaitMs;
      while (Date.now() < until && !ledger.acceptedAs.has(word)) await sleep(10);
      return ledger.acceptedAs.get(word) ?? `unknown ${word}`;
    },
    logLines: 0,
    log: (source, text) => {
      ledger.logLines += text.split('\n').length - 1;
      for (const [, conversation, sequence] of text.matchAll(unanswered)) {
        ledger.unanswered.add(`msg_${conversation}_${sequence}`);
      }
      ledger.attempts.push(...text.split('\n').flatMap(attemptIn));
      const said = customerWords.exec(text)?.[0];
      if (said) ledger.violations.push(`log of ${source}: a customer's words or number (${said})`);
      for (const secret of ledger.secrets) {
        if (text.includes(secret)) ledger.violations.push(`log of ${source}: a secret`);
      }
    },
  };
  return ledger;
}

/** Nothing where the line tells of something else, or was cut off by a kill. */
function attemptIn(line: string): LoggedAttempt[] {
  if (!line.includes('"attempt made"')) return [];
  try {
    const { conversationId, sequence, part, outcome, attemptedAt, timestamp } = JSON.parse(line);
    const messageId = `msg_${String(conversationId).slice(4)}_${sequence}`;
    const times = { beganAt: Date.parse(attemptedAt), endedAt: Date.parse(timestamp) };
    return [{ messageId, part, outcome, ...times }];
  } catch {
    return [];
  }
}
