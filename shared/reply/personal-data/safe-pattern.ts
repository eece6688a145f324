/** The most times that a part of a pattern may repeat. */
const maxRepeats = 30;
/** The most ways in which a pattern may try one place of a text; each of them costs time. */
const maxWays = 1000;

const allowed =
  'letters, digits, classes as [A-Z] and \\d, groups, |, ^, $, \\b, and the repeats ?, {4} and {4,8}';

/** The mistake in a pattern, with its place in it. */
class Mistake extends Error {
  override readonly name = 'Mistake';
}

/**
 * Says why a regular expression is refused: it is none, it would find nothing in particular, or its time would not be
 * bounded. Every repeat has an end, and all of them together a number of ways that is known before it runs, so no text
 * can hold it up. Undefined for a pattern that is safe.
 */
export function patternProblem(pattern: string): string | undefined {
  try {
    if (new RegExp(pattern, 'iu').test('')) return 'it finds an empty text';
    const ways = new Reader(pattern).all();
    return ways > maxWays
      ? `it can try one place of a text in ${ways} ways, allowed are ${maxWays}: repeat fewer parts, or each fewer times`
      : undefined;
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
}

/** Reads a pattern, and counts the ways in which it can go through one place of a text. */
class Reader {
  private at = 0;
  private readonly pattern: string;

  constructor(pattern: string) {
    this.pattern = pattern;
  }

  all(): number {
    const ways = this.alternatives();
    if (this.at < this.pattern.length) throw this.mistake('a ) without its (');
    return ways;
  }

  /** One of several sequences: their ways add up. */
  private alternatives(): number {
    let ways = this.sequence();
    while (this.take('|')) ways += this.sequence();
    return ways;
  }

  /** Parts one after the other: each way of one goes on in each way of the next. */
  private sequence(): number {
    let ways = 1;
    while (this.at < this.pattern.length && !/[|)]/.test(this.pattern[this.at] ?? '')) {
      ways *= this.repeated(this.part());
    }
    return ways;
  }

  private part(): number {
    if (this.take('(?:')) return this.group();
    if (this.peek(/^\(\?/)) throw this.mistake('a group that looks around or has a name');
    if (this.take('(')) return this.group();
    if (this.peek(/^\\[1-9k]/)) throw this.mistake('a reference to another part');
    const [part] = /^(?:\[(?:\\.|[^\]\\])*\]|\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\.|.)/su.exec(
      this.pattern.slice(this.at),
    ) ?? ['?'];
    this.at += part.length;
    return 1;
  }

  private group(): number {
    const ways = this.alternatives();
    if (!this.take(')')) throw this.mistake('a ( without its )');
    return ways;
  }

  private repeated(ways: number): number {
    if (this.peek(/^(?:[*+]|\{\d+,\})/)) throw this.mistake('a repeat without an end');
    const [repeat, from, to = from] = /^(?:\?|\{(\d{1,4})(?:,(\d{1,4}))?\})\??/.exec(
      this.pattern.slice(this.at),
    ) ?? [''];
    if (repeat === '') return ways;
    const [min, max] = from === undefined ? [0, 1] : [Number(from), Number(to)];
    if (max > maxRepeats) throw this.mistake(`a repeat of more than ${maxRepeats}`);
    this.at += repeat.length;
    let sum = 0;
    for (let count = min; count <= max; count += 1) sum += ways ** count;
    return sum;
  }

  private take(text: string): boolean {
    const isNext = this.pattern.startsWith(text, this.at);
    if (isNext) this.at += text.length;
    return isNext;
  }

  private peek(form: RegExp): boolean {
    return form.test(this.pattern.slice(this.at));
  }

  private mistake(what: string): Mistake {
    return new Mistake(`${what} at character ${this.at + 1}; allowed: ${allowed}`);
  }
}
