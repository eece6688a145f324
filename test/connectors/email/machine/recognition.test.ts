import { describe, expect, it } from 'vitest';
import { readReport, type reportOf, returned } from './reports.ts';

/** The class under which a mail was read: a report that names no mail of ours is set aside. */
async function classOf(report: Parameters<typeof reportOf>[0] & { readonly source?: string }) {
  const [event] = await readReport(report);
  if (event?.kind === 'ignored') return event.reason.replace(/_.*/, '');
  return event?.kind === 'message' ? (event.metadata?.mailClass ?? 'human') : event?.kind;
}

const human = { from: 'Anna <anna@customer.example>', subject: 'Router', text: 'It is broken.' };
const failure = {
  subject: 'Delivery failure',
  text: '<ada@nowhere.example>: 550 5.1.1 User unknown',
};

const copy = returned([], '<ours@else.example>');

describe('a bounce is known, and set aside where it is of another mail', () => {
  it.each<[string, Parameters<typeof classOf>[0]]>([
    [
      'by its type',
      {
        ...{ ...human, reportType: 'delivery-status' as const },
        parts: [['message/delivery-status', 'Reporting-MTA: dns; x']],
      },
    ],
    ['by the address of a mail server', { ...human, from: 'Mailer-Daemon@mx.example' }],
    ['by its name without an address', { ...human, from: 'MAILER-DAEMON <>' }],
    ['by its name alone', { ...human, from: 'Mail Delivery Subsystem <MAILER-DAEMON>' }],
    [
      'by its name beside an address',
      { ...failure, from: 'Mail Delivery System <Mail.Delivery.System@mx.example>' },
    ],
    [
      'by its name beside the address of another',
      { ...failure, from: 'Mail Delivery System <mx@mx.example>' },
    ],
    [
      'by a postmaster with a subject that only servers write',
      { ...human, from: 'postmaster@mx.example', subject: 'Undeliverable: Router' },
    ],
    ['by a null sender that SES leaves empty', { ...failure, from: 'mta@mx.example', source: '' }],
    ['by a null sender that SES writes', { ...failure, from: 'mta@mx.example', source: '<>' }],
    ['by a null return path', { ...failure, from: 'mta@mx.example', headers: ['Return-Path: <>'] }],
    [
      'by the daemon in the return path',
      { ...failure, from: 'imss@mx.example', headers: ['Return-Path: <MAILER-DAEMON@mx.example>'] },
    ],
    [
      'as the notice that SNS sends of one',
      {
        from: 'no-reply@sns.amazonaws.com',
        subject: 'AWS Notification Message',
        headers: ['x-amz-sns-message-id: 1'],
        text: '{"notificationType":"Bounce"}',
      },
    ],
  ])('%s', async (_, report) => {
    expect(await classOf(report)).toBe('bounce');
  });

  it.each<[string, Parameters<typeof classOf>[0]]>([
    ['a gateway', { ...failure, from: 'gateway@mx.example' }],
    ['a sender that takes no mail', { ...failure, from: 'no-reply@mx.example' }],
    [
      'a postmaster',
      { ...failure, from: 'postmaster@mx.example', subject: 'Mail delivery problem' },
    ],
    ['a null sender and a subject', { ...failure, from: 'mta@mx.example', source: '', text: '—' }],
    [
      'the header of Exim and Gmail',
      { ...failure, from: 'mta@mx.example', headers: ['X-Failed-Recipients: ada@nowhere.example'] },
    ],
  ])(
    'only likely by %s: a status of our mail, else a message that no bot answers',
    async (_, report) => {
      const ours = await readReport({ ...report, parts: [returned()] });
      expect(ours).toMatchObject([{ kind: 'status', status: 'failed' }]);
      const [other] = await readReport(report);
      expect(other).toMatchObject({ kind: 'message', automated: true });
    },
  );

  it.each([
    'Unzustellbar: Router',
    'Zustellung fehlgeschlagen: Router',
    'Non remis : Routeur',
    'Échec de la remise du message',
    'No se puede entregar: Router',
    'Não foi possível entregar: Router',
    'Non recapitabile: Router',
    'Onbestelbaar: Router',
    'Kan inte levereras: Router',
    'Kan ikke leveres: Router',
    'Nie można dostarczyć: Router',
    'Nedoručitelné: Router',
    'Kézbesíthetetlen: Router',
    'Nelivrat: Router',
    'Недоставленное сообщение',
    'Не вдалося доставити: Router',
    'Teslim edilemedi: Router',
    'Αποτυχία παράδοσης',
    'تعذر التسليم: Router',
    'לא ניתן למסור: Router',
    '退信通知',
    '无法投递: Router',
    '配信不能: Router',
    'メールエラー通知',
    '배달되지 않음: Router',
    'Không thể gửi: Router',
  ])('by its subject beside a null sender: %s', async (subject) => {
    const report = { from: 'mta@mx.example', subject, text: '—' };
    expect(await classOf({ ...report, source: '', parts: [copy] })).toBe('bounce');
    expect(await classOf(report)).toBe('human');
    expect(await classOf({ ...report, source: '', subject: `Re: ${subject}` })).toBe(
      'auto_generated',
    );
  });
});

describe('a mail of a person is no bounce', () => {
  it.each<[string, Parameters<typeof classOf>[0]]>([
    [
      'that speaks of a parcel',
      { ...human, subject: 'Sendung nicht zugestellt', text: 'My parcel could not be delivered.' },
    ],
    [
      'of a shop that does',
      {
        ...human,
        from: 'no-reply@parcels.example',
        subject: 'Delivery failed',
        text: 'We rang, and you were out.',
      },
    ],
    [
      'that filled in the form of a shop',
      {
        ...{
          from: 'Shop <no-reply@shop.example>',
          headers: ['Reply-To: Bert <bert@home.example>'],
        },
        ...{
          subject: 'Delivery problem: order 4711',
          text: 'It could not be delivered: address unknown.',
        },
      },
    ],
    [
      'whose domain is named like a server',
      {
        ...{ from: 'John <john@mail-server.example>', subject: 'Delivery problem: order 17' },
        text: 'The courier says: address not found.',
      },
    ],
    [
      'whose domain is named like a gateway',
      {
        ...failure,
        from: 'anna@mail.gateways.example',
        text: 'The recipient is unknown, they say.',
      },
    ],
    ...[
      'Error sending your invoice',
      'Message rejected by your filter',
      'Undelivered mail to you',
    ].map((subject): [string, Parameters<typeof classOf>[0]] => [
      `that attaches a mail: ${subject}`,
      { ...human, subject, text: 'It says 550 5.1.1. See item 4.2.1, attached.', parts: [copy] },
    ]),
    [
      'that asks about an error',
      { ...human, text: 'I get "550 5.1.1 User unknown" when I write to you.' },
    ],
    [
      'that asks about one in the words of a server',
      { ...human, subject: 'Mail delivery failed', text: 'It said 550 5.7.1 rejected.' },
    ],
    [
      'that forwards a bounce',
      {
        ...human,
        subject: 'Fwd: Undelivered Mail Returned to Sender',
        text: 'See below. 550 5.1.1',
        parts: [returned([], '<ours@else.example>')],
      },
    ],
    [
      'that answers one',
      {
        ...human,
        subject: 'Re: Returned mail: see transcript',
        text: '550 5.1.1\r\n> Original message follows',
      },
    ],
    [
      'of a postmaster who writes',
      {
        ...human,
        from: 'Postmaster <postmaster@customer.example>',
        text: 'Our mail to you is refused with 550 5.7.1.',
      },
    ],
    ['named like a daemon', { ...human, from: 'Daemon Müller <daemon@customer.example>' }],
  ])('%s', async (_, report) => {
    expect(await classOf(report)).toBe('human');
  });

  it('that a robot acknowledges without a sender, quoting it', async () => {
    const text = 'We got your mail.\r\n-----Original Message-----\r\nFrom: help@acme.example';
    expect(await classOf({ ...human, subject: 'Re: Router', text, source: '' })).toBe(
      'auto_generated',
    );
  });

  it.each<[string, Parameters<typeof classOf>[0]]>([
    [
      'a carrier',
      {
        ...{ from: 'Parcels <noreply@parcels.example>', subject: 'Delivery failed: parcel 12' },
        text: 'It could not be delivered. After two delivery attempts it goes back.',
      },
    ],
    [
      'a monitor',
      {
        ...{ from: 'noreply@monitor.example', subject: 'Warning: could not send SMS' },
        text: 'Error: 451 temporary',
      },
    ],
    [
      'a form without a sender',
      {
        ...{ from: 'shop@shop.example', subject: 'Delivery problem with order 12', source: '' },
        text: 'My article 5.1.2 is broken: recipient unknown.',
      },
    ],
    [
      'a form without a sender, with a mail',
      { ...human, source: '', text: 'see attached mail', parts: [copy] },
    ],
    [
      'a person at the address of a postmaster',
      {
        ...{ from: 'Tom <postmaster@small.example>', subject: 'Order 12: delivery failed' },
        text: 'Our parcel did not come. You answer 550 5.7.1 rejected.',
      },
    ],
    ['the header of Exim', { ...human, headers: ['X-Failed-Recipients: ada@nowhere.example'] }],
  ])('and of %s is a message, which no bot answers', async (_, report) => {
    expect(await classOf(report)).toBe('auto_generated');
  });

  it("and a null sender alone makes it a machine's, which is still a message", async () => {
    expect(await classOf({ ...human, source: '' })).toBe('auto_generated');
  });
});

describe('an automatic answer is known', () => {
  it.each([
    'Automatic reply: Router',
    'Automatic reply - Router',
    'Auto-Reply Re: Router',
    '[Auto-Reply] Re: Router',
    'OOO: Router',
    'Out of Office Re: Router',
    'Abwesend: Re: Router',
    'Automatische Antwort: Re: Frage',
    'Abwesenheitsnotiz: Re: Router',
    'Réponse automatique : Routeur',
    'Respuesta automática: Router',
    'Resposta automática: Router',
    'Risposta automatica: Router',
    'Automatisch antwoord: Router',
    'Autosvar: Router',
    'Automaattinen vastaus: Router',
    'Automatyczna odpowiedź: Router',
    'Automatická odpověď: Router',
    'Automatikus válasz: Router',
    'Автоматический ответ: Router',
    'Otomatik yanıt: Router',
    '自动回复: Router',
    '自動返信：Router',
    '자동 회신: Router',
    'رد تلقائي: Router',
    'תשובה אוטומטית: Router',
  ])('by its subject: %s', async (subject) => {
    expect(await classOf({ ...human, subject })).toBe('auto_reply');
    expect(await classOf({ ...human, subject: `Re: ${subject}` })).toBe('human');
  });

  it.each([
    'Abwesenheit nächste Woche',
    'Out of office hours, whom do I call?',
    'Automatic reply does not work',
    'Absence',
    'Autosvar virker ikke',
    'Out of Office',
    'Abwesenheitsnotiz',
    'Out of office: who answers tickets next week?',
  ])('and a subject of people is none: %s', async (subject) => {
    expect(await classOf({ ...human, subject })).toBe('human');
  });

  it.each(['Out of Office', 'Abwesenheitsnotiz', 'Out of Office: Router', 'Auto reply'])(
    'by a subject that people give too, where it answers a mail: %s',
    async (subject) => {
      const headers = ['In-Reply-To: <ours@else.example>'];
      expect(await classOf({ ...human, subject, headers })).toBe('auto_reply');
      expect(await classOf({ ...human, subject })).toBe('human');
    },
  );

  it.each([
    ['Auto-Submitted: auto-replied; owner-email="x"', 'auto_reply'],
    ['Auto-Submitted: vacation', 'auto_reply'],
    ['Auto-Submitted: auto-generated (rule)', 'auto_generated'],
    ['Auto-Submitted: yes', 'auto_generated'],
    ['Auto-Submitted: no', 'human'],
    ['Auto-Submitted: no (a person)', 'human'],
    ['X-Autoreply: no', 'human'],
    ['X-Auto-Reply: yes', 'auto_reply'],
    ['X-Autoresponse: yes', 'auto_reply'],
    ['X-Precedence: auto_reply', 'auto_reply'],
    ['X-POST-MessageClass: 9; Autoresponder', 'auto_reply'],
    ['X-Autogenerated: Reply', 'auto_generated'],
    ['X-Auto-Generated: yes', 'auto_generated'],
    ['X-FC-MachineGenerated: true', 'auto_generated'],
    ['X-AMAZON-MAIL-RELAY-TYPE: notification', 'auto_generated'],
    ['X-Precedence: bulk', 'bulk'],
    ['List-Post: <mailto:club@list.example>', 'list'],
    ['Mailing-List: list club@list.example', 'list'],
    ['X-Mailman-Version: 2.1.39', 'list'],
    ['List-Post: <mailto:team@acme.example>', 'human'],
    ['X-Auto-Response-Suppress: All', 'human'],
    ['X-MS-Exchange-Inbox-Rules-Loop: anna@customer.example', 'human'],
  ])('by a header: %s', async (header, expected) => {
    expect(await classOf({ ...human, headers: [header] })).toBe(expected);
  });

  it('also with the null sender that it should have', async () => {
    expect(await classOf({ ...human, source: '', headers: ['Auto-Submitted: auto-replied'] })).toBe(
      'auto_reply',
    );
    expect(await classOf({ ...human, source: '', subject: 'Abwesenheitsnotiz: Router' })).toBe(
      'auto_reply',
    );
  });
});
