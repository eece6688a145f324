import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { columns, oneLine, openTerminal } from '#infra/cli/output/terminal';

describe('a customer text on a terminal', () => {
  it.each([
    ['colours', 'a\u001b[31mred\u001b[0m b', 'ared b'],
    ['a new window title', '\u001b]0;owned\u0007hello', 'hello'],
    ['cursor movement', 'safe\u001b[2K\u001b[1Ahidden', 'safehidden'],
    ['a lone escape', 'a\u001bb', 'a b'],
    ['carriage returns', 'paid\rdue ', 'paid due'],
    ['lines', 'one\r\n\r\ntwo\n', 'one two'],
    ['eight-bit control characters', 'a\u009b31mb', 'ab'],
    ['text that runs backwards', 'user\u202egnp.exe\u2066', 'usergnp.exe'],
  ])('loses %s', (_, text, line) => {
    expect(oneLine(text).replaceAll('\u001b', '<ESC>')).toBe(line);
  });

  it('keeps what people write', () => {
    const family = '👨‍👩‍👧‍👦 שלום नमस्ते ok';
    expect(oneLine(family)).toBe(family);
  });

  it('is cut without breaking a character', () => {
    expect(oneLine('😀'.repeat(10), 4)).toBe('😀😀😀…');
    expect(oneLine('abcd', 4)).toBe('abcd');
  });
});

describe('the terminal', () => {
  it('puts data and notes on two streams, and colours on no pipe', () => {
    const written = { out: '', err: '' };
    const stream = (to: 'out' | 'err') =>
      new Writable({
        write(chunk, _, done) {
          written[to] += chunk;
          done();
        },
      });
    const terminal = openTerminal(stream('out'), stream('err'));
    terminal.data(terminal.paint('red', 'a'));
    terminal.note('b');
    expect(written).toEqual({ out: 'a\n', err: 'b\n' });
  });

  it('lines cells up', () => {
    expect(columns([['a', 'bb', 'c'], ['aaa', 'b', ''], []])).toEqual(['a    bb  c', 'aaa  b', '']);
  });
});
