import { describe, expect, it } from 'vitest';
import { twitterHarness } from './harness.ts';

const { call, write, ask } = twitterHarness();

const dm = (to = '1600') => call('POST', `/2/dm_conversations/with/${to}/messages`, { text: 'x' });
let number = 0;
const post = (to = '2200') => {
  number += 1;
  const body = { text: `number ${number}`, reply: { in_reply_to_tweet_id: to } };
  return call('POST', '/2/tweets', body);
};
const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

describe('a limit of the simulated X', () => {
  it('is not there unless it is asked for', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => dm()));
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(answers[0]?.headers.get('x-rate-limit-limit')).toBeNull();
  });

  it('ends with its window, tells what is left, and is one for each class', async () => {
    await ask('/_conditions', { limitWindowSeconds: 2 });
    const statuses: number[] = [];
    for (let at = 0; at < 16; at += 1) statuses.push((await dm(`16${at}`)).status);
    expect(statuses).toEqual([...Array(15).fill(201), 429]);
    const refused = await dm();
    expect(refused.body).toMatchObject({ title: 'Too Many Requests', status: 429 });
    const names = ['limit', 'remaining'].map((name) => refused.headers.get(`x-rate-limit-${name}`));
    expect(names).toEqual(['15', '0']);
    expect(refused.headers.get('x-user-limit-24hour-limit')).toBe('1440');
    const posted = await post();
    expect({ status: posted.status, left: posted.headers.get('x-rate-limit-remaining') }).toEqual({
      ...{ status: 201, left: '99' },
    });
    expect((await call('GET', '/2/dm_events')).headers.get('x-rate-limit-limit')).toBe('15');
    const reset = Number(refused.headers.get('x-rate-limit-reset')) * 1000;
    await wait(Math.max(0, reset - Date.now()) / 1000 + 0.05);
    expect((await dm()).status).toBe(201);
  });

  it('holds for a day, too', async () => {
    await ask('/_conditions', { limitWindowSeconds: 0.001, limitDaySeconds: 86_400 });
    const first = await dm('1700');
    const left = Number(first.headers.get('x-user-limit-24hour-remaining'));
    expect(left).toBeLessThan(1440);
    expect((await dm('1700')).headers.get('x-app-limit-24hour-remaining')).toBe(String(left - 1));
  });
});

describe('the simulated X takes money', () => {
  it('for calls that have a price, until the credits are used up', async () => {
    await ask('/_conditions', { credits: 2 });
    expect([(await dm()).status, (await post()).status]).toEqual([201, 201]);
    const refused = await dm();
    expect(refused).toMatchObject({
      status: 402,
      body: {
        ...{ title: 'Payment Required', detail: 'credits depleted' },
        type: 'https://api.x.com/2/problems/credits-depleted',
      },
    });
    expect(refused.body).not.toHaveProperty('status');
    expect((await call('GET', '/2/dm_events')).status).toBe(402);
    const upload = { media_category: 'dm_image', media_type: 'image/png', total_bytes: 1 };
    expect((await call('POST', '/2/media/upload/initialize', upload)).status).toBe(200);
    await ask('/_conditions', { credits: 1 });
    expect((await dm()).status).toBe(201);
  });
});

describe('the simulated X lets us answer', () => {
  it('only posts that mention or quote us, and our own, where it is asked to', async () => {
    await ask('/_conditions', { summoned: true });
    const mention = await write({ text: 'hello @acmecare', public: true });
    const stranger = await write({ text: 'hello world', public: true });
    const own = (await post(mention)).body.data.id;
    const quote = await write({ text: 'look at this', quotes: own });
    expect((await post(own)).status).toBe(201);
    expect((await post(quote)).status).toBe(201);
    expect(await post(stranger)).toMatchObject({
      status: 403,
      body: {
        detail: 'You can only reply to or quote posts where you are mentioned or are the author.',
      },
    });
    expect((await post('2200')).status).toBe(403);
  });

  it.each([
    ['280 letters', 'a'.repeat(280), 201],
    ['281 letters', 'a'.repeat(281), 400],
    ['140 ideographs', '字'.repeat(140), 201],
    ['141 ideographs', '字'.repeat(141), 400],
    ['257 letters and a link', `${'a'.repeat(256)} https://example.com/${'x'.repeat(300)}`, 201],
    ['258 letters and a link', `${'a'.repeat(257)} https://example.com/${'x'.repeat(300)}`, 400],
    ['a link without a scheme', `${'a'.repeat(257)} example.com`, 400],
    ['140 emoji of several signs', '👩‍👩‍👧‍👦'.repeat(140), 201],
  ])('with %s', async (_, text, status) => {
    const body = { text, reply: { in_reply_to_tweet_id: '2200' } };
    expect((await call('POST', '/2/tweets', body)).status).toBe(status);
  });
});
