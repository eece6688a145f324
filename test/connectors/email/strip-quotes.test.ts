import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlToText } from '#connectors/email/inbound/html-text';
import { isForward } from '#connectors/email/inbound/quotes/forward-subject';
import { containerMark } from '#connectors/email/inbound/quotes/html-containers';
import { type Stripped, stripQuotes } from '#connectors/email/inbound/quotes/strip-quotes';
import { countLetters } from './count-work.ts';
import { ownReplies, ownWords } from './quotes/cases.ts';

const visible = (text: string) => stripQuotes(text).visible;
const gmail = 'On Tue, Nov 3, 2026 at 10:12 AM Acme Help <help@acme.example> wrote:';

describe('the history below a reply', () => {
  it.each([
    ['a Gmail attribution', `Thanks!\n\n${gmail}\n\n> Please restart it.`],
    [
      'an attribution folded in the address',
      'Thanks!\n\nOn Tue, Nov 3, 2026, at 10:12 AM, Acme Help <\nhelp@acme.example>\nwrote:\n\n> Please restart it.',
    ],
    ['a quote that lost its marks', `Thanks!\n\n${gmail}\n\nPlease restart it.`],
    [
      'an Outlook header block',
      'Thanks!\n\nVon: Acme Help <help@acme.example>\nGesendet: Dienstag, 3. November 2026 10:12\nAn: Anna\nBetreff: Router\n\nPlease restart it.',
    ],
    [
      'a drawn line above it',
      'Thanks!\n________________________________\nFrom: Acme <help@acme.example>\nSent: 3 November 2026\nTo: Anna\nSubject: Router\n\nHello',
    ],
    ['an original-message line', 'Thanks!\n\n-----Ursprüngliche Nachricht-----\nHello'],
    [
      'a Japanese attribution',
      'Thanks!\n\n2026年11月3日(火) 10:12 Acme Help <help@acme.example>:\n\n> Hello',
    ],
    [
      'a trailing quote that is a mail',
      'Thanks!\n\n> Hi Anna,\n>\n> please restart it.\n>\n> Kind regards\n> Bob',
    ],
    ['a frame of dashes', 'Thanks!\n\n---- Acme Help wrote ----\n\n> Please restart it.'],
    [
      'an address that was folded before its bracket',
      'Thanks!\n\ntir. 3. nov. 2026 kl. 10:12 skrev Acme <help@acme.example\n>:\n\n> Hello',
    ],
    ['a signature', 'Thanks!\n\n-- \nAnna Kunde\n+49 30 123456'],
    ["a phone's line", 'Thanks!\n\nSent from my iPhone'],
    [
      'Arabic digits',
      'Thanks!\n\nفي ٣ نوفمبر ٢٠٢٦ ١٠:١٢، كتب Acme <help@acme.example>:\n\n> Hello',
    ],
  ])('goes with %s', (_, text) => {
    const stripped = stripQuotes(text);
    expect(stripped.visible).toBe('Thanks!');
    expect(stripped.quoted).toBeTruthy();
  });
});

describe('what the customer wrote stays', () => {
  it.each([
    ['pasted logs with marks', 'It prints this:\n\n> npm ERR! code 404\n\nWhat should I do?'],
    ['travel plans', 'From: Berlin\nTo: Paris\n\nIs that possible?'],
    [
      'a sentence about a date',
      'Your colleague said on 3.11.2026:\nwe will refund you.\nNobody did.',
    ],
    ['a list with colons', 'My data:\nName: Anna\nDate: tomorrow\nSubject: router'],
    ['a sentence that begins as phones do', 'Sent from my desk, which is much easier.'],
    [
      'a forwarded mail',
      'FYI\n\n---------- Forwarded message ---------\nFrom: Bob <bob@x.example>\nDate: Tue, Nov 3, 2026\nSubject: x\n\nHello',
    ],
    ['a citation at the end', 'Your page says:\n\n> Returns are free.'],
    ['a citation at the end, without a colon', 'Your page says\n\n> Returns are free.'],
    ['what he presents', `You wrote this:\n\n${gmail}\n\n> Restart it.\n\nIs that still so?`],
    ['nothing but a quote', '> Please restart it.'],
    ['nothing but an attribution', gmail],
  ])('%s', (_, text) => {
    expect(visible(text)).toBe(text);
  });

  it('between the questions it answers', () => {
    const answers = '> Which version?\n\n4.2\n\n> Which system?\n\nWindows';
    expect(visible(`${gmail}\n\n${answers}`)).toBe(answers);
  });

  it('below the quote', () => {
    expect(visible(`${gmail}\n> Please restart it.\n\nThat did not help.`)).toBe(
      'That did not help.',
    );
  });

  it('in the line the attribution begins in', () => {
    expect(visible(`Yes. ${gmail}\n> Restart?`)).toBe('Yes.');
  });

  it('whatever it is: nothing appears that was not there, and nothing vanishes', () => {
    const piece = fc.constantFrom(
      '> quoted',
      gmail,
      '',
      'Hello.',
      '-- ',
      'From: a@b.example',
      'Sent: 3.11.2026',
      'Subject: x',
      'Sent from my iPhone',
      '----- Original Message -----',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece, fc.string({ maxLength: 30 })), { maxLength: 20 }),
        (lines) => {
          const text = lines.join('\n');
          const { visible: kept, quoted = '' } = stripQuotes(text);
          const letters = (part: string) => [...part.replace(/\s/g, '')].sort().join('');
          // A line shared by reply and attribution stands on both sides.
          if (!/\S.*On Tue/.test(text)) expect(letters(kept + quoted)).toBe(letters(text));
          if (text.trim() !== '') expect(kept).not.toBe('');
        },
      ),
    );
  });
});

describe('text and history together', () => {
  const linesOf = (text: string) => text.split('\n').map((line) => line.trim());
  const pool = [...ownWords(), ...ownReplies()].flatMap(({ mail }) => mail.split('\n'));

  /** Lines of the mail that stand in neither; one that is shared by reply and attribution stands in the history. */
  function linesInNeither(mail: string, { visible: kept, quoted = '' }: Stripped): string[] {
    const there = new Set([...linesOf(kept), ...linesOf(quoted)]);
    return linesOf(mail).filter((line) => line !== '' && !there.has(line));
  }

  it('hold every line of the mail, whatever its lines are', () => {
    const mails = fc.array(fc.constantFrom(...pool, '', gmail, '> x', '-- '), { maxLength: 40 });
    fc.assert(
      fc.property(mails, (lines) => {
        const mail = lines.join('\n');
        expect(linesInNeither(mail, stripQuotes(mail))).toEqual([]);
      }),
    );
  });

  it('hold every line of all fixtures, and one that is lost is noticed', () => {
    for (const { mail } of [...ownWords(), ...ownReplies()]) {
      expect(linesInNeither(mail, stripQuotes(mail))).toEqual([]);
    }
    expect(linesInNeither('a\nb', { visible: 'a', forwarded: false })).toEqual(['b']);
  });
});

describe('a forward by its subject', () => {
  const block = `FYI\n\nFrom: Acme <help@acme.example>\nSent: 3 November 2026 10:12\nTo: Anna\nSubject: Order`;

  it('stays whole', () => {
    expect(stripQuotes(block, true)).toEqual({ visible: block, forwarded: true });
    expect(visible(block)).toBe('FYI');
  });

  it.each([
    'Fwd: order',
    'FW: order',
    'WG: Bestellung',
    'TR : commande',
    'RV: pedido',
    '转发：订单',
  ])('is told by %s', (subject) => expect(isForward(subject)).toBe(true));

  it.each(['Re: Fwd: order', 'Forward it', 'AW: WG: Bestellung', 'TRouble: x'])(
    'is not told by %s',
    (subject) => expect(isForward(subject)).toBe(false),
  );
});

/** Shapes that made the published libraries run for minutes at 200 KB. */
const hostile: Record<string, (count: number) => string> = {
  'openings of an attribution': (count) => 'On '.repeat(count),
  'attributions without an end': (count) => 'On x wrote '.repeat(count),
  'line ends': (count) => '\n'.repeat(count * 3),
  'carriage returns': (count) => '\r\n '.repeat(count),
  digits: (count) => '1'.repeat(count * 3),
  'openings of links': (count) => '<http://'.repeat(count),
  marks: (count) => '>'.repeat(count * 3),
  'short lines that end as attributions do': (count) => 'a 1:\n'.repeat(count),
  'attributions, one below the other': (count) => `${gmail}\n`.repeat(Math.ceil(count / 20)),
  'attributions with quotes': (count) => `${gmail}\n> x\n`.repeat(Math.ceil(count / 20)),
  'header lines': (count) => 'From: a@b.example\nTo: x\n'.repeat(Math.ceil(count / 6)),
  dashes: (count) => '-'.repeat(count * 3),
  'lines of dashes': (count) => `${'-'.repeat(40)}\n`.repeat(Math.ceil(count / 12)),
  'delimiters of signatures': (count) => '-- \n'.repeat(count),
  'labels without a value': (count) => 'a:\n'.repeat(count),
  'dates of sending': (count) => 'Sent: 3.11.2026 10:12\n'.repeat(Math.ceil(count / 6)),
  'senders, folded': (count) => 'From: a\nb\nc\n'.repeat(Math.ceil(count / 4)),
  'addresses, folded': (count) => '> <a\n>:\n'.repeat(Math.ceil(count / 3)),
  'lines with figures': (count) => 'a1\nb2\nc3\nd4\ne5:\n'.repeat(Math.ceil(count / 5)),
  'names without an address': (count) =>
    `On 3.11.2026 10:12, ${'Anna '.repeat(60)}wrote:\n`.repeat(Math.ceil(count / 100)),
  'greetings in marks': (count) => '> Dear x\n'.repeat(Math.ceil(count / 3)),
  'lines of phones': (count) => 'Sent from my iPhone\n'.repeat(Math.ceil(count / 6)),
};

describe('hostile text costs no more than its length', () => {
  it.each(Object.entries(hostile))('%s', (_, build) => {
    const small = build(5_000);
    const large = build(20_000);
    const ratio = large.length / small.length;
    // Empty lines meet no expression at all.
    const least = Math.max(
      1,
      countLetters(() => stripQuotes(small)),
    );
    const work = countLetters(() => stripQuotes(large)) / least;
    expect(work).toBeLessThan(ratio * 1.2);
  });

  // 2 MB of the dearest shape takes 0.6 s of CPU, at 60 letters for each of its own.
  it.each(Object.entries(hostile))(
    'and a bounded number of looks at each letter: %s',
    (_, build) => {
      const text = build(20_000);
      expect(countLetters(() => stripQuotes(text)) / text.length).toBeLessThan(150);
    },
  );

  it('and the measure would notice a quadratic one', () => {
    const quadratic = (text: string) => {
      for (let index = 0; index < text.length; index += 50) /x$/.exec(text.slice(index));
    };
    const small = countLetters(() => quadratic('a'.repeat(5_000)));
    const large = countLetters(() => quadratic('a'.repeat(20_000)));
    expect(large / small).toBeGreaterThan(4 * 1.2);
  });
});

describe('HTML', () => {
  it('nested a hundred thousand deep is read without a stack', () => {
    const html = `${'<div>'.repeat(100_000)}<b>deep</b>${'</i>'.repeat(100_000)}`;
    expect(htmlToText(html)).toBe('deep');
  });

  it('loses scripts, styles and comments', () => {
    const html =
      '<style>p{}</style><script>alert("<p>x</p>")</script><!-- c --><p>Hi &lt;you&gt;</p>';
    expect(htmlToText(html)).toBe('Hi <you>');
  });

  it('keeps lists, cells, line breaks and the marks of quotes', () => {
    const html =
      'a<br>b<ul><li>one<li>two</ul><table><tr><td>1<td>2</table><blockquote>q<blockquote>r</blockquote></blockquote>end';
    expect(htmlToText(html)).toBe('a\nb\n- one\n- two\n1 2\n\n> q\n>\n> > r\n\nend');
  });
});

describe('containers of mail programs', () => {
  const shown = (html: string) => stripQuotes(htmlToText(html));
  const georgian = '<div class="gmail_attr">სამ, 3 ნოე. 2026, Acme დაწერა</div>';

  it.each([
    ['Gmail', `<div class="gmail_quote">${georgian}<blockquote>Restart it.</blockquote></div>`],
    [
      'Mail.ru, two deep',
      '<div class="mailRuQuote"><blockquote>Restart it.<blockquote type="cite">When?</blockquote></blockquote></div>',
    ],
    ['Apple Mail', '<blockquote type="cite"><div>Restart it.</div></blockquote>'],
    ['Proton', '<div class="protonmail_quote"><blockquote>Restart it.</blockquote></div>'],
    ['Yahoo', `<div class="yahoo_quoted">${georgian}<blockquote>Restart it.</blockquote></div>`],
    [
      'Thunderbird',
      `<div class="moz-cite-prefix">${georgian}</div><blockquote>Restart it.</blockquote>`,
    ],
  ])('of %s are known in any language', (_, quote) => {
    const stripped = shown(`<div>Thanks!</div>${quote}`);
    expect(stripped.visible).toBe('Thanks!');
    expect(stripped.quoted).toContain('> Restart it.');
    expect(stripped.quoted).not.toContain(containerMark);
  });

  it("are not the customer's own quote, nor a forward", () => {
    const cited =
      '<p>Your page says</p><blockquote class="gmail_quote">Returns are free.</blockquote>';
    expect(shown(cited).visible).toBe('Your page says\n\n> Returns are free.');
    const forward =
      '<div class="gmail_quote">---------- Forwarded message ---------<br>Hello</div>';
    expect(shown(`<p>FYI</p>${forward}`)).toEqual({
      visible: 'FYI\n\n---------- Forwarded message ---------\nHello',
      forwarded: true,
    });
  });

  it('with answers between the quotes keep them', () => {
    const html = `<div class="gmail_quote"><blockquote>Which?</blockquote>4.2<blockquote>Where?</blockquote>Leeds</div>`;
    expect(shown(html).visible).toBe('> Which?\n\n4.2\n\n> Where?\n\nLeeds');
  });

  it('cost a scan of the HTML', () => {
    const cost = (count: number) =>
      countLetters(() => htmlToText('<div class="gmail_quote" <blockquote '.repeat(count)));
    expect(cost(20_000) / cost(5_000)).toBeLessThan(4 * 1.2);
  });
});
