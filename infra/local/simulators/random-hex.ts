import { randomBytes } from 'node:crypto';

/** Draws bytes, written in hexadecimal: twice as many characters. */
export const randomHex = (bytes: number) => randomBytes(bytes).toString('hex');
