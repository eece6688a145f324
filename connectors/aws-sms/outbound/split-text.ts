import { splitText as split } from '#shared/reply/split-text';

/** Ends of a sentence, of a line and of a word. Chinese and Japanese end sentences without a space behind. */
const borders: readonly RegExp[] = [/[.!?…]["')\]]?\s|[。！？]|\n/g, /\s/g];

/** Cuts a text into as few pieces as its length allows, at the end of a sentence or a word where one is late enough. */
export function splitText(text: string, maxLength: number): readonly string[] {
  const leastLength = (length: number) => length - (Math.ceil(length / maxLength) - 1) * maxLength;
  return split(text, { maxLength, borders, leastLength }) ?? [];
}
