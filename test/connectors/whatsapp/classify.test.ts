import { describe, expect, it } from 'vitest';
import { classify } from '#connectors/whatsapp/outbound/classify';

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: new Headers(headers), text };
}
function refusal(status: number, code: number, more: Record<string, unknown> = {}) {
  return answer(status, {
    error: { message: `(#${code}) Title`, type: 'OAuthException', code, ...more },
  });
}

describe("what Meta's answer means", () => {
  it('is sent, with the id statuses will name, also while a template is held back', () => {
    const body = { messages: [{ id: 'wamid.1', message_status: 'held_for_quality_assessment' }] };
    expect(classify(answer(200, body))).toEqual({ kind: 'sent', providerMessageId: 'wamid.1' });
  });

  it.each(['', 'OK', '{}', 'null', '[]', '{"messages":[]}', '{"messages":[{}]}', '{"messages":7}'])(
    'is uncertain for a 200 with the body %j',
    (text) => {
      expect(classify(answer(200, text)).kind).toBe('uncertain');
    },
  );

  // The table of the error page, by what has to be done about each code.
  it.each([
    ['account_paused', 'credentials_rejected', 401, [0, 190]],
    ['account_paused', 'credentials_rejected', 403, [10, 131005, 200, 250, 299]],
    ['account_paused', 'credentials_rejected', 500, [3, 131045]],
    ['account_paused', 'credentials_rejected', 400, [133006, 133010]],
    ['account_paused', 'account_restricted', 403, [33, 368, 131031, 131037, 134011]],
    ['account_paused', 'account_restricted', 400, [131042, 131044]],
    ['account_paused', 'sending_restricted', 400, [131048]],
    ['not_sent', 'sending_restricted', 429, [131064, 131208]],
    ['not_sent', 'provider_throttled', 400, [4, 80007, 130429]],
    ['not_sent', 'recipient_throttled', 400, [131056]],
    ['not_sent', 'provider_unavailable', 500, [131057]],
    ['not_sent', 'template_unavailable', 400, [134101]],
    ['not_sent', 'provider_unavailable', 400, [1]],
    ['uncertain', 'provider_unavailable', 500, [1, 131000, 131016]],
    ['uncertain', 'provider_unavailable', 503, [2, 133004]],
    ['failed', 'reply_window_closed', 400, [131047]],
    ['failed', 'recipient_opted_out', 400, [131050]],
    ['failed', 'recipient_country_blocked', 403, [130497]],
    [
      'failed',
      'recipient_unreachable',
      400,
      [131020, 131021, 131026, 131030, 131041, 131062, 137000],
    ],
    ['failed', 'marketing_not_delivered', 400, [130472, 131049, 131055, 131063, 134100, 134102]],
    ['failed', 'request_rejected', 400, [100, 131008, 131009, 131051, 135000]],
    ['failed', 'template_rejected', 404, [132000, 132001, 132005, 132007, 132012, 132018]],
    ['failed', 'template_unavailable', 400, [132015, 132016, 132068, 132069]],
    ['failed', 'media_rejected', 400, [131052, 131053]],
  ])('is %s (%s) for HTTP %i with the codes %j', (kind, code, status, codes) => {
    for (const each of codes) {
      expect(classify(refusal(status, each)), String(each)).toMatchObject({
        kind,
        error: { code, providerCode: String(each), retryable: kind !== 'failed' },
      });
    }
  });

  it('decides on the code where the HTTP status says otherwise', () => {
    expect(classify(refusal(500, 131047)).kind).toBe('failed');
    expect(classify(refusal(400, 190)).kind).toBe('account_paused');
    expect(classify(refusal(400, 130429)).kind).toBe('not_sent');
  });

  it('goes by the HTTP status for a code nobody knows', () => {
    expect(classify(refusal(400, 999_999))).toMatchObject({
      kind: 'failed',
      error: { code: 'request_rejected', providerCode: '999999' },
    });
    expect(classify(refusal(400, 999_999, { is_transient: true })).kind).toBe('not_sent');
    expect(classify(refusal(500, 999_999)).kind).toBe('uncertain');
    expect(classify(refusal(429, 999_999)).kind).toBe('not_sent');
  });

  it('goes by the HTTP status where there is no error of Meta', () => {
    const html = '<html>gateway</html>';
    expect(classify(answer(502, html)).kind).toBe('uncertain');
    expect(classify(answer(408, html)).kind).toBe('uncertain');
    expect(classify(answer(302, '')).kind).toBe('uncertain');
    expect(classify(answer(401, html)).kind).toBe('account_paused');
    expect(classify(answer(404, html)).kind).toBe('failed');
    expect(classify(answer(429, '', { 'retry-after': '7' }))).toMatchObject({
      kind: 'not_sent',
      retryAfterSeconds: 7,
    });
  });

  it('waits as long as Meta says: the header, else 4^X for a pair, else the wait of the code', () => {
    const seconds = (code: number, attempt?: number) => classify(refusal(400, code), attempt);
    expect(seconds(131056)).toMatchObject({ retryAfterSeconds: 4 });
    expect(seconds(131056, 2)).toMatchObject({ retryAfterSeconds: 16 });
    expect(seconds(131056, 50)).toMatchObject({ retryAfterSeconds: 1024 });
    expect(seconds(131048)).toMatchObject({ retryAfterSeconds: 3600 });
    expect(seconds(130429)).not.toHaveProperty('retryAfterSeconds');
    const headers = {
      date: 'Sun, 22 Nov 2026 00:00:00 GMT',
      'retry-after': 'Sun, 22 Nov 2026 00:00:30 GMT',
    };
    const dated = answer(400, { error: { code: 130429 } }, headers);
    expect(classify(dated)).toMatchObject({ retryAfterSeconds: 30 });
    const { date: _, ...undated } = headers;
    expect(classify({ ...dated, headers: new Headers(undated) })).not.toHaveProperty(
      'retryAfterSeconds',
    );
  });

  it('pauses the account where the sending number is not there, and loses no message', () => {
    const body = refusal(400, 100, { error_subcode: 33 });
    expect(classify(body)).toMatchObject({
      kind: 'account_paused',
      error: { code: 'account_restricted', providerCode: '100', retryable: true },
    });
  });

  it("gives Meta's title and its explanation, and not more than 300 characters", () => {
    const error_data = { details: 'More than 24 hours have passed.' };
    expect(classify(refusal(400, 131047, { error_data }))).toMatchObject({
      error: { title: '(#131047) Title: More than 24 hours have passed.' },
    });
    const long = classify(refusal(400, 100, { error_data: { details: 'x'.repeat(5000) } }));
    expect(long.kind === 'failed' && long.error.title.length).toBe(300);
  });

  it('survives an error that is not the shape of one', () => {
    for (const error of [null, 'no', [], { code: 'x' }, { code: {} }, { message: 5 }]) {
      expect(classify(answer(400, { error })).kind).toBe('failed');
    }
  });
});
