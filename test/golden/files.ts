import { readFileSync } from 'node:fs';
import { canonicalJson } from '#shared/json';

/** What JSON does not know: bytes and sets. */
export function toText(value: unknown): string {
  return canonicalJson(
    JSON.parse(
      JSON.stringify(value, (_, each) => {
        if (each instanceof Set) return { $set: [...each].sort() };
        const isBytes = each?.type === 'Buffer' || each instanceof Uint8Array;
        return isBytes ? { $bytes: Buffer.from(each).toString('base64') } : each;
      }),
    ),
  );
}

function fromText(text: string): unknown {
  return JSON.parse(text, (_, each) => {
    if (Array.isArray(each?.$set)) return new Set(each.$set);
    if (typeof each?.$bytes === 'string')
      return Uint8Array.from(Buffer.from(each.$bytes, 'base64'));
    return each;
  });
}

/** One value in each line. */
export function readLines(url: URL): unknown[] {
  return readFileSync(url, 'utf8').trimEnd().split('\n').map(fromText);
}

export const formats = [1] as const;
export const fileOf = (format: number, name: string) =>
  new URL(`format-${format}/${name}.jsonl`, import.meta.url);
