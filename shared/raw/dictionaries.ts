import { dictionary1 } from './dictionary-1.ts';

/** Every dictionary that a stored payload may have been packed with, by the version in its first byte. */
const dictionaries: Readonly<Record<number, string>> = { 1: dictionary1 };

/** The one that is written. */
export const currentVersion = 1;

/** Throws for a version that this release does not know. */
export function dictionaryOf(version: number): Buffer {
  const dictionary = dictionaries[version];
  if (dictionary === undefined) {
    const known = Object.keys(dictionaries).join(', ');
    throw new Error(`a raw payload packed with dictionary ${version}; this release has ${known}`);
  }
  return Buffer.from(dictionary);
}
