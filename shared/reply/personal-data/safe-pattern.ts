/** The most times that a part of a pattern may repeat. */
const maxRepeats = 30;
/**
 * The most steps that all patterns of an account may take at one place of a text. Each step reads one character, in
 * some nanoseconds: 1000 at each place of the longest post are less than half a second.
 */
const maxSteps = 1000;

const allowed =
  'letters, digits, classes as [A-Z] and \\d, groups, |, ^, $, \\b, and the repeats ?, {4} and {4,8}';

/** The mistake in a pattern, with its place in it. */
class Mistake extends Error {
  override readonly name = 'Mistake';
}

/**
 * Says why a regular expression is refused: it is none, it would find nothing in particular, or its time would not be
 * bounded. Every repeat has an end, and all of them together a number of steps that is known before it runs, so no text
 * can hold it up. Undefined for a pattern that is safe.
 */
export function patternProblem(pattern: string): string | undefined {
  try {
    if (new RegExp(pattern, 'iu').test('')) return 'it finds an empty text';
    return tooManySteps('it', stepsOf(pattern));
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
}

/** Says why patterns that are safe alone are refused together. */
export function patternsProblem(patterns: readonly string[]): string | undefined {
  return tooManySteps(
    'together they',
    patterns.reduce((sum, pattern) => sum + stepsOf(pattern), 0),
  );
}

const stepsOf = (pattern: string) => new Reader(pattern).all().steps;

function tooManySteps(who: string, steps: number): string | undefined {
  if (steps <= maxSteps) return undefined;
  return `${who} can take ${steps} steps at one place of a text, allowed are ${maxSteps}: repeat fewer parts, or each fewer times`;
}

/** The work of a part at one place: the ways to go through it, and the characters that all of them read. */
interface Work {
  readonly ways: number;
  readonly steps: number;
}

const nothing: Work = { ways: 1, steps: 0 };
const character: Work = { ways: 1, steps: 1 };

/** Each way of the first part goes on in each way of the second. */
function after(first: Work, second: Work): Work {
  return { ways: first.ways * second.ways, steps: first.steps + first.ways * second.steps };
}

function either(one: Work, other: Work): Work {
  return { ways: one.ways + other.ways, steps: one.steps + other.steps };
}

/** Reads a pattern, and counts the steps that it can take at one place of a text. */
class Reader {
  private at = 0;
  private readonly pattern: string;

  constructor(pattern: string) {
    this.pattern = pattern;
  }

  all(): Work {
    const work = this.alternatives();
    if (this.at < this.pattern.length) throw this.mistake('a ) without its (');
    return work;
  }

  /** One of several sequences. */
  private alternatives(): Work {
    let work = this.sequence();
    while (this.take('|')) work = either(work, this.sequence());
    return work;
  }

  /** Parts one after the other. */
  private sequence(): Work {
    let work = nothing;
    while (this.at < this.pattern.length && !/[|)]/.test(this.pattern[this.at] ?? '')) {
      work = after(work, this.repeated(this.part()));
    }
    return work;
  }

  private part(): Work {
    if (this.take('(?:')) return this.group();
    if (this.peek(/^\(\?/)) throw this.mistake('a group that looks around or has a name');
    if (this.take('(')) return this.group();
    if (this.peek(/^\\[1-9k]/)) throw this.mistake('a reference to another part');
    const [part] = /^(?:\[(?:\\.|[^\]\\])*\]|\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\.|.)/su.exec(
      this.pattern.slice(this.at),
    ) ?? ['?'];
    this.at += part.length;
    return character;
  }

  private group(): Work {
    const work = this.alternatives();
    if (!this.take(')')) throw this.mistake('a ( without its )');
    return work;
  }

  private repeated(part: Work): Work {
    if (this.peek(/^(?:[*+]|\{\d+,\})/)) throw this.mistake('a repeat without an end');
    const [repeat, from, to = from] = /^(?:\?|\{(\d{1,4})(?:,(\d{1,4}))?\})\??/.exec(
      this.pattern.slice(this.at),
    ) ?? [''];
    if (repeat === '') return part;
    const [min, max] = from === undefined ? [0, 1] : [Number(from), Number(to)];
    if (max > maxRepeats) throw this.mistake(`a repeat of more than ${maxRepeats}`);
    this.at += repeat.length;
    let [times, ways] = [nothing, min === 0 ? 1 : 0];
    for (let count = 1; count <= max; count += 1) {
      times = after(times, part);
      if (count >= min) ways += times.ways;
    }
    return { ways, steps: times.steps };
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
