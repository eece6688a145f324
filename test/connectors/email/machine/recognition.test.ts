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

describe('a bounce is known', () => {
  it.each<[string, Parameters<typeof classOf>[0]]>([
    [
      'by a part that reports delivery',
      { ...human, parts: [['message/delivery-status', 'Reporting-MTA: dns; x']] },
    ],
    [
      'by the header of Exim and Gmail',
      { ...human, headers: ['X-Failed-Recipients: ada@nowhere.example'] },
    ],
    ['by the address of a mail server', { ...human, from: 'Mailer-Daemon@mx.example' }],
    ['by its name without an address', { ...human, from: 'MAILER-DAEMON <>' }],
    ['by its name alone', { ...human, from: 'Mail Delivery Subsystem <MAILER-DAEMON>' }],
    [
      'by its name beside an address',
      { ...failure, from: 'Mail Delivery System <Mail.Delivery.System@mx.example>' },
    ],
    [
      'by a postmaster with such a subject',
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
      'by subject, code and the mail it returns',
      { ...failure, from: 'gateway@mx.example', parts: [returned([], '<ours@else.example>')] },
    ],
    [
      'by subject and code of a sender that takes no mail',
      { ...failure, from: 'no-reply@mx.example' },
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
    expect(await classOf({ ...report, source: '' })).toBe('bounce');
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

  it("and a null sender alone makes it a machine's, which is still a message", async () => {
    expect(await classOf({ ...human, source: '' })).toBe('auto_generated');
  });
});

describe('an automatic answer is known', () => {
  it.each([
    'Automatic reply: Router',
    'Out of Office: Router',
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
    'Auto reply',
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
  ])('and a subject of people is none: %s', async (subject) => {
    expect(await classOf({ ...human, subject })).toBe('human');
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
