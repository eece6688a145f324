import type { Act, Asked } from './scripted-provider.ts';

/** What becomes of the next request to send. What begins with `taken` reached the customer. */
export type Fate =
  | 'taken'
  | 'taken_then_500'
  | 'taken_then_reset'
  | 'taken_then_hang'
  /** Not answered, and taken when the test says so. */
  | 'held'
  | 'lost_with_500'
  | 'throttled'
  | 'unauthorized'
  | 'refused'
  | 'duplicate'
  | 'misconfigured'
  | 'restricted'
  | 'window_closed';

/** One message a customer got. */
export interface Taken {
  readonly id: string;
  readonly to: string;
  readonly text: string;
  /** The time until which the provider keeps it. */
  readonly sendAt?: string;
  readonly at: Date;
}

/** The API of one provider, as a script makes it behave. */
export interface ScriptedApi {
  /** Used up one by one; what comes after the last is taken. */
  readonly fates: Fate[];
  readonly taken: Taken[];
  /** Takes the requests that were held until now. */
  readonly takeHeld: () => void;
  /** What a look-up is answered with, instead of what was taken. */
  lookUp: Act | undefined;
  /** How long a throttled sender is asked to wait. */
  retryAfterSeconds: number;
  /** Answers to what sends nothing (files handed over, signs), used up one by one. */
  readonly beside: Act[];
  /** What happens once a message is taken, before its answer. */
  onTaken: ((providerMessageId: string) => Promise<void>) | undefined;
  readonly act: (asked: Asked) => Promise<Act>;
}

type Speak = Readonly<Record<'taken' | 'throttled' | 'unauthorized' | 'refused', Act>> & {
  readonly window_closed?: Act;
  readonly misconfigured?: Act;
  readonly duplicate?: Act;
  readonly restricted?: Act;
};
interface Dialect {
  readonly read: (asked: Asked) => Omit<Taken, 'at'>;
  readonly speak: (message: Taken, retryAfterSeconds: number) => Speak;
  readonly list: (taken: readonly Taken[]) => unknown;
  /** Whether a request is one to send; what is not is answered from `beside`. */
  readonly isSend?: (asked: Asked) => boolean;
}

let counted = 0;

const twilio: Dialect = {
  read: ({ body }) => {
    const form = new URLSearchParams(body);
    counted += 1;
    const id = `SM${counted.toString(16).padStart(32, '0')}`;
    const sendAt = form.get('SendAt');
    const at = sendAt === null ? {} : { sendAt };
    return { id, to: form.get('To') ?? '', text: form.get('Body') ?? '', ...at };
  },
  speak: ({ id, sendAt }, retryAfterSeconds) => ({
    taken: { status: 201, body: { sid: id, status: sendAt ? 'scheduled' : 'accepted' } },
    throttled: {
      status: 429,
      headers: { 'retry-after': String(retryAfterSeconds) },
      body: { code: 20429 },
    },
    unauthorized: { status: 401, body: { code: 20003 } },
    refused: { status: 400, body: { code: 21211 } },
    misconfigured: { status: 400, body: { code: 21606 } },
  }),
  list: (taken) => ({
    messages: taken.map(({ id, to, text, at, sendAt }) => ({
      ...{ sid: id, to, body: text, direction: 'outbound-api', from: null },
      status: sendAt ? 'scheduled' : 'accepted',
      date_created: at.toUTCString().replace('GMT', '+0000'),
    })),
    next_page_uri: null,
  }),
};

/** The address of what everybody can read. */
const post = 'post';

const twitter: Dialect = {
  read: ({ path, body }) => {
    counted += 1;
    const { text } = JSON.parse(body) as { text: string };
    const to = path.endsWith('/tweets') ? post : (path.split('/').at(-2) ?? '');
    return { id: String(10n ** 18n + BigInt(counted)), to, text };
  },
  speak: ({ id, at }, retryAfterSeconds) => ({
    taken: { status: 201, body: { data: { id, dm_conversation_id: '1-2', dm_event_id: id } } },
    throttled: {
      status: 429,
      headers: { 'x-rate-limit-reset': String(at.getTime() / 1000 + retryAfterSeconds) },
      body: { title: 'Too Many Requests', status: 429 },
    },
    unauthorized: { status: 401, body: { title: 'Unauthorized', status: 401 } },
    refused: { status: 403, body: { errors: [{ code: 349, message: '' }] } },
    duplicate: { status: 403, body: { errors: [{ code: 187, message: '' }] } },
  }),
  list: () => ({ meta: { result_count: 0 } }),
};

const whatsapp: Dialect = {
  read: ({ body }) => {
    counted += 1;
    const { to, type, text } = JSON.parse(body) as Record<string, unknown> & { to: string };
    return { id: `wamid.${counted}`, to, text: text ? wordsOf(text) : `[${type}]` };
  },
  speak: ({ id }) => ({
    taken: { status: 200, body: { messaging_product: 'whatsapp', messages: [{ id }] } },
    throttled: { status: 400, body: { error: { code: 130429, message: '' } } },
    unauthorized: { status: 401, body: { error: { code: 190, message: '' } } },
    refused: { status: 400, body: { error: { code: 131026, message: '' } } },
    restricted: { status: 429, body: { error: { code: 131064, message: '' } } },
    window_closed: { status: 400, body: { error: { code: 131047, message: '' } } },
  }),
  list: () => ({}),
  isSend: ({ path, body }) => path.endsWith('/messages') && !body.includes('"status":"read"'),
};

const wordsOf = (text: unknown): string => (text as { body: string }).body;

const dialects = { twilio, twitter, whatsapp };
export type ScriptedConnector = keyof typeof dialects;

/** `now` dates what is taken and every answer: the look-ups reckon with the provider's own clock. */
export function scriptedApi(connector: ScriptedConnector, now: () => Date): ScriptedApi {
  const dialect = dialects[connector];
  const held: Taken[] = [];
  const api: ScriptedApi = {
    fates: [],
    taken: [],
    takeHeld: () => {
      api.taken.push(...held.splice(0));
    },
    lookUp: undefined,
    retryAfterSeconds: 30,
    beside: [],
    onTaken: undefined,
    act: async (asked) => {
      if (asked.method === 'GET') return dated(now(), look());
      const isSend = dialect.isSend?.(asked) ?? true;
      const fallback = { status: 200, body: { id: 'media-1' } };
      return dated(now(), isSend ? await send(asked) : (api.beside.shift() ?? fallback));
    },
  };
  const look = (): Act => api.lookUp ?? { status: 200, body: dialect.list(api.taken.toReversed()) };
  const send = async (asked: Asked): Promise<Act> => {
    const fate = api.fates.shift() ?? 'taken';
    const message = { ...dialect.read(asked), at: now() };
    if (fate.startsWith('taken')) {
      api.taken.push(message);
      await api.onTaken?.(message.id);
    }
    switch (fate) {
      case 'held':
        held.push(message);
        return 'hang';
      case 'taken_then_reset':
        return 'reset';
      case 'taken_then_hang':
        return 'hang';
      case 'taken_then_500':
      case 'lost_with_500':
        return { status: 500, body: {} };
      default:
        return dialect.speak(message, api.retryAfterSeconds)[fate] ?? { status: 400, body: {} };
    }
  };
  return api;
}

function dated(now: Date, act: Act): Act {
  if (typeof act === 'string') return act;
  return { ...act, headers: { date: now.toUTCString(), ...act.headers } };
}
