import { describe, expect, it } from 'vitest';
import { htmlToText } from '#connectors/email/inbound/html/html-text';
import { readRemoteImages } from '#connectors/email/inbound/html/remote-images';
import { sanitizeMailHtml } from '#connectors/email/inbound/html/safe-html';
import { dangersIn } from './html-check.ts';
import { vectors } from './html-vectors.ts';
import { corpusFiles, readMail } from './inbox.ts';

const named = Object.entries(vectors);

describe('the sanitised copy of HTML', () => {
  it.each(named)('has nothing left of %s', (_, html) => {
    for (const given of [html, `<p>before</p>${html}<p>after</p>`, `<td>${html}${html}</td>`]) {
      expect(dangersIn(sanitizeMailHtml(given))).toEqual([]);
    }
  });

  it('is judged by a check that sees all of this in the original', () => {
    expect(named.length).toBeGreaterThanOrEqual(60);
    const unseen = named.filter(([, html]) => dangersIn(html).length === 0);
    expect(unseen.map(([name]) => name)).toEqual([]);
  });

  it('has nothing left when dangers are put together', () => {
    for (const [, first] of named) {
      for (const [, second] of named) {
        expect(dangersIn(sanitizeMailHtml(`${first}${second}`)), `${first}${second}`).toEqual([]);
      }
    }
  });

  it('keeps what people write and lay out', () => {
    const html =
      '<h1 dir="rtl">A</h1><p>b <b>c</b> <i>d</i><br />e</p><ul><li>f</li></ul><ol start="3"><li>g</li></ol>' +
      '<blockquote>h</blockquote><pre>i\n  j</pre><table border="1"><tr><td colspan="2">k</td></tr></table>';
    expect(sanitizeMailHtml(html)).toBe(html);
  });

  it('keeps links, which tell the other side nothing', () => {
    expect(
      sanitizeMailHtml('<a href="https://a.example/x?a=1&amp;b=2" target="_blank">x</a>'),
    ).toBe('<a href="https://a.example/x?a=1&amp;b=2" rel="noopener noreferrer">x</a>');
    expect(sanitizeMailHtml('<a href="mailto:a@b.example">x</a>')).toContain('mailto:a@b.example');
    expect(sanitizeMailHtml('<a href="tel:+49170">x</a>')).toContain('tel:+49170');
  });

  it('keeps pictures that came with the mail, and of others what they show', () => {
    expect(sanitizeMailHtml('<img src="cid:pic1@x" alt="A" width="5" id="a">')).toBe(
      '<img src="cid:pic1@x" alt="A" width="5" />',
    );
    expect(
      sanitizeMailHtml('<p>x <img src="https://a.example/a.png" alt="A &lt;logo&gt;"> y</p>'),
    ).toBe('<p>x <span>A &lt;logo&gt;</span> y</p>');
  });

  it('keeps the words of elements that it leaves out', () => {
    const html =
      '<font color=red>a</font><svg><text>b</text></svg><form>c<button>d</button></form>';
    expect(sanitizeMailHtml(html)).toBe('abcd');
  });

  it('keeps the words of a document that is nested a thousand deep', () => {
    const html = `${'<div>'.repeat(1000)}words${'</div>'.repeat(1000)}`;
    expect(htmlToText(sanitizeMailHtml(html))).toBe('words');
  });
});

/** Milliseconds of CPU of this process that a call takes: other work of the machine does not count. */
function timeOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('hostile HTML', () => {
  const size = 2_000_000;
  const many = (text: string) => text.repeat(size / text.length);
  const attributes = Array.from({ length: 200_000 }, (_, number) => `x${number}`).join(' ');
  it.each([
    ['elements that are never closed', many('<div>')],
    ['end tags of nothing', `${many('<b>').slice(0, size / 2)}${many('</i>').slice(0, size / 2)}`],
    ['end tags of nothing between', many('<b></i>')],
    ['foreign elements', many('<svg><math>')],
    ['tables in tables', many('<table><tr><td>')],
    ['noscripts', many('<noscript></p>')],
    ['frames in frames', many('<iframe><iframe></iframe>')],
    ['attributes', `<a ${attributes}>`],
    ['brackets', many('<')],
    ['styles', `<style>${many('url(')}</style>`],
    ['a set of pictures', `<img srcset="${many('a, ')}">`],
    ['links', many('<a href=http://a/b>x</a>')],
  ])('costs its length: %s', (_, html) => {
    expect(timeOf(() => sanitizeMailHtml(html))).toBeLessThan(8000);
    expect(timeOf(() => htmlToText(html))).toBeLessThan(4000);
    expect(timeOf(() => readRemoteImages(html))).toBeLessThan(4000);
  });

  it('is read as far as two million characters', () => {
    const html = '<img src="https://a.example/1"> cid:a'.repeat(1_000_000);
    expect(sanitizeMailHtml(html).length).toBeLessThan(4_000_000);
    expect(timeOf(() => readRemoteImages(html))).toBeLessThan(4000);
  });

  it('comes out as its text, which stays', () => {
    const html = `<p>my words</p>${'<div>'.repeat(100_000)}and &lt;more`;
    expect(sanitizeMailHtml(html)).toBe('<div>my words<br>\n<br>\nand &lt;more</div>');
  });
});

describe('the mails of the corpus', () => {
  const folders =
    'authored chatwoot cpython flanker mailparser mikel-mail postal-mime sisimai stalwart talon';
  const mails = folders.split(' ').flatMap((folder) => corpusFiles(folder, /\.(?:eml|txt)$/));
  const letters = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, '');

  it('are all sanitised, and keep their text', async () => {
    const lost: string[] = [];
    let sanitized = 0;
    for (const { name, bytes } of mails) {
      const event = await readMail(bytes);
      if (event.kind !== 'message' || event.originalHtml === undefined) continue;
      sanitized += 1;
      const { originalHtml, sanitizedHtml = '' } = event;
      expect(dangersIn(sanitizedHtml), name).toEqual([]);
      const kept = letters(htmlToText(sanitizedHtml));
      // Descriptions of remote pictures are added to it.
      const words = htmlToText(originalHtml).split(/\s+/).map(letters);
      if (words.some((word) => !kept.includes(word))) lost.push(name);
    }
    console.log(`${mails.length} mails, ${sanitized} with HTML`);
    expect(sanitized > 20).toBe(mails.length > 0);
    expect(lost).toEqual([]);
  });
});

describe('remote images', () => {
  it('are listed once, with those that only count the reader', () => {
    const html = `
      <img src="https://a.example/logo.png"><img src="https://a.example/logo.png">
      <img src="//b.example/x.png" srcset="https://b.example/x1.png, https://b.example/x2.png 2x">
      <img src=https://t.example/open?id=1 width=1 height=1>
      <img src="https://t.example/hidden" style="display:none">
      <table background="https://c.example/bg.png"><td style="background:url('https://c.example/td.png')">
      <v:fill src="https://d.example/outlook.png"/><video poster="https://d.example/poster.png"></video>
      <style>@font-face { src: url(https://f.example/font.ttf) } a { background: url(https://d.example/s.png) }</style>
      <img src="cid:inside"><img src="data:image/gif;base64,R0lGOD"><img src="relative.png">
      <a href="https://e.example/link">no image</a>`;
    expect(readRemoteImages(html)).toEqual([
      { url: 'https://a.example/logo.png' },
      { url: 'https://b.example/x.png' },
      { url: 'https://b.example/x1.png' },
      { url: 'https://b.example/x2.png' },
      { url: 'https://t.example/open?id=1', tracker: true },
      { url: 'https://t.example/hidden', tracker: true },
      { url: 'https://c.example/bg.png' },
      { url: 'https://c.example/td.png' },
      { url: 'https://d.example/outlook.png' },
      { url: 'https://d.example/poster.png' },
      { url: 'https://d.example/s.png' },
    ]);
  });

  it('are looked for in elements of any name', () => {
    const html = '<constructor src=x><tostring background="https://a.example/1.png">';
    expect(readRemoteImages(html)).toEqual([{ url: 'https://a.example/1.png' }]);
  });

  it('are a hundred at most, and 20 kB of addresses', () => {
    const images = (length: number, long = '') =>
      Array.from({ length }, (_, n) => `<img src="https://a.example/${n}${long}">`).join('');
    expect(readRemoteImages(images(300))).toHaveLength(100);
    const listed = JSON.stringify(readRemoteImages(images(300, 'x'.repeat(1900))));
    expect(listed.length).toBeLessThan(21_000);
  });
});

describe('the text of HTML', () => {
  it.each([
    [
      '<p>See <a href="https://a.example/x">this page</a>.</p>',
      'See this page (https://a.example/x).',
    ],
    ['<a href="https://a.example/x">https://a.example/x</a>', 'https://a.example/x'],
    ['<a href="https://www.a.example/">a.example</a>', 'a.example'],
    ['<a href="http://a.example/?a=1&amp;b=2">offer</a>', 'offer (http://a.example/?a=1&b=2)'],
    ['<a href="javascript:alert(1)">x</a> <a name="top">y</a>', 'x y'],
    ['<a href="https://t.example/1"><img src="x.png"></a>', ''],
    [
      '<a href="https://a.example/1">one<a href="https://a.example/2">two</a>',
      'one (https://a.example/1)two (https://a.example/2)',
    ],
    [`<a href="https://a.example/${'x'.repeat(3000)}">long</a>`, 'long'],
    ['<a href="https://a.example/a&#10;b">x</a>', 'x (https://a.example/ab)'],
    [
      '<p>Hello</p><script>x</script><a href="https://a.example">open',
      'Hello\n\nopen (https://a.example)',
    ],
  ])('keeps links as links: %s', (html, text) => {
    expect(htmlToText(html)).toBe(text);
  });
});
