import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type OptOutWord, optOutWordIn } from '#shared/opt-out-words';

type Matcher = (text: string) => OptOutWord | undefined;

/** One example a line, as a customer would write it; the languages and reasons stand behind #. */
function linesOf(name: string): readonly string[] {
  const lines = readFileSync(new URL(`${name}.txt`, import.meta.url), 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

const ordinary = linesOf('ordinary');
const spellings = linesOf('spellings');
const revocations = linesOf('revocations');

const readAs = (all: readonly string[], meaning: readonly string[], matcher: Matcher) =>
  all.filter((text) => meaning.includes(matcher(text) ?? ''));

/** 0.5 % of the ordinary sentences. */
const maxFalse = Math.floor(ordinary.length * 0.005);
/** As 23 of 24. */
const minSpellings = Math.ceil((spellings.length * 23) / 24);
const minRevocations = Math.ceil(revocations.length * 0.9);

describe('words about consent', () => {
  it('are looked for in enough examples', () => {
    expect(ordinary.length).toBeGreaterThanOrEqual(500);
    expect(spellings.length).toBeGreaterThanOrEqual(60);
    expect(revocations.length).toBeGreaterThanOrEqual(60);
  });

  it('change no consent in ordinary sentences: at most 0.5 % are taken for a keyword', () => {
    const wrong = readAs(ordinary, ['STOP', 'START'], optOutWordIn);
    expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(maxFalse);
  });

  it('ask for a person in at most 0.5 % of ordinary sentences', () => {
    const wrong = readAs(ordinary, ['REVIEW'], optOutWordIn);
    expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(maxFalse);
  });

  it('are known in at least 23 of 24 spellings', () => {
    const missed = spellings.filter((text) => optOutWordIn(text) !== 'STOP');
    expect(spellings.length - missed.length, missed.join('\n')).toBeGreaterThanOrEqual(
      minSpellings,
    );
  });

  it('are marked for a person in at least 90 % of free sentences, and never acted upon', () => {
    const missed = revocations.filter((text) => optOutWordIn(text) !== 'REVIEW');
    const found = revocations.length - missed.length;
    expect(found, missed.join('\n')).toBeGreaterThanOrEqual(minRevocations);
    expect(readAs(revocations, ['STOP', 'START'], optOutWordIn)).toEqual([]);
  });

  it.each([
    [
      'START',
      ['START', 'start!', 'Unstop', 'un-stop', 'ＳＴＡＲＴ', 'iniciar', 'opt in', 'Start, start'],
    ],
    ['HELP', ['HELP', 'help?', 'Info', 'ayuda', 'Hilfe!', 'AIDE']],
    [
      undefined,
      ['', '   ', '🛑', '...', 'YES', 'yes', 'toString', '__proto__', 'fine', 'ok stop by'],
    ],
  ])('%s is read from %j', (meaning, texts) => {
    for (const text of texts) expect(optOutWordIn(text), text).toBe(meaning);
  });

  it('never allow messages by blanks within a word, for what is joined may say something else', () => {
    for (const text of ['un stop', 'UN STOP', 'op tin', 's t a r t', 'opti n', 're prendre']) {
      expect(optOutWordIn(text), text).toBeUndefined();
    }
  });

  it('are no words where a person may only be joking', () => {
    for (const text of ['Stop it!', 'Stop it, please 😂', 'stop it']) {
      expect(optOutWordIn(text), text).toBe('REVIEW');
    }
  });

  it.each([
    '\u3164',
    '\uFFA0',
    '\u115F',
    '\u2800',
    '\u200B',
    '\u200D',
    '\u2060',
    '\uFEFF',
    '\u00AD',
  ])('are read with characters that show nothing around and within them: %j', (blank) => {
    expect(optOutWordIn(`${blank}STOP${blank}`)).toBe('STOP');
    expect(optOutWordIn([...'STOP'].join(blank))).toBe('STOP');
    expect(optOutWordIn(`STOP ${blank} please`)).toBe('STOP');
  });

  it('are read as often as they stand in one SMS', () => {
    expect(optOutWordIn('STOP '.repeat(32))).toBe('STOP');
    expect(optOutWordIn('STOPSTOP stop')).toBe('STOP');
    expect(optOutWordIn('STOP '.repeat(33))).toBeUndefined();
  });

  it.each([
    ...['Sent from my iPhone', 'Enviado desde mi iPhone', 'Gesendet von meinem iPhone'],
    ...['Envoyé de mon iPhone', 'Inviato da iPhone', 'Verzonden vanaf mijn iPad'],
  ])('are read above the signature of a phone: %s', (signature) => {
    expect(optOutWordIn(`STOP\n${signature}`)).toBe('STOP');
    expect(optOutWordIn(`Stop please\r\n\r\n${signature}`)).toBe('STOP');
    expect(optOutWordIn(`START\n${signature}`)).toBe('START');
    expect(optOutWordIn(`don't text me\n${signature}`)).toBe('REVIEW');
    expect(optOutWordIn(`STOP ${signature}`)).toBeUndefined();
  });

  it('are not read above any other line', () => {
    for (const text of ['STOP\nsending the blue one', 'stop\nI am at the gate', 'End\nSend two']) {
      expect(optOutWordIn(text), text).toBeUndefined();
    }
  });

  it('are read within milliseconds in the longest and most repetitive texts', () => {
    const parts = [
      'stop . ',
      'wrong number ',
      'please stop u have ',
      'stop sending me these ',
      'do not text me ',
      'keine weiteren ',
      'ne me ',
      'a',
    ];
    const started = performance.now();
    for (const part of parts) optOutWordIn(part.repeat(1600 / part.length));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('the measures above', () => {
  const overEager: Matcher = (text) =>
    /stop|cancel|end|baja|fin/i.test(text) ? 'STOP' : undefined;
  const suspicious: Matcher = (text) => (/messag|sms|text/i.test(text) ? 'REVIEW' : undefined);
  const deaf: Matcher = (text) => (text === 'STOP' ? 'STOP' : undefined);

  it('see a matcher that takes the word anywhere', () => {
    expect(readAs(ordinary, ['STOP', 'START'], overEager).length).toBeGreaterThan(maxFalse);
  });

  it('see a matcher that suspects every sentence about messages', () => {
    expect(readAs(ordinary, ['REVIEW'], suspicious).length).toBeGreaterThan(maxFalse);
  });

  it('see a matcher that knows one spelling', () => {
    expect(readAs(spellings, ['STOP'], deaf).length).toBeLessThan(minSpellings);
  });
});
