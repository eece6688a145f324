import { describe, expect, it } from 'vitest';
import { asText } from '#shared/reply/as-text';

const frame = { header: 'Order 7', text: 'Which day?', footer: 'Your shop' };

describe('content as numbered text', () => {
  it('numbers buttons through, between header and footer', () => {
    const buttons = [
      { id: 'mo', title: 'Monday' },
      { id: 'tu', title: 'Tuesday' },
    ];
    expect(asText({ type: 'buttons', ...frame, buttons })).toEqual({
      type: 'text',
      text: 'Order 7\n\nWhich day?\n\n1. Monday\n2. Tuesday\n\nYour shop',
    });
  });

  it('numbers the rows of all sections through, each under the title of its section', () => {
    const sections = [
      { title: 'Morning', rows: [{ id: 'a', title: '9:00', description: 'at the shop' }] },
      { rows: [{ id: 'b', title: '14:00' }] },
    ];
    expect(asText({ type: 'list', text: 'When?', button: 'Open', sections })).toEqual({
      type: 'text',
      text: 'When?\n\nMorning\n1. 9:00: at the shop\n\n2. 14:00',
    });
  });

  it('writes a link out', () => {
    const link = {
      type: 'link_button',
      text: 'Pay',
      title: 'Here',
      url: 'https://a.example',
    } as const;
    expect(asText(link)).toEqual({ type: 'text', text: 'Pay\n\nHere: https://a.example' });
  });

  it('leaves other content alone', () => {
    const text = { type: 'text', text: 'Hello' } as const;
    expect(asText(text)).toBe(text);
  });
});
