import * as z from 'zod';

/** A text of at most so many characters, counted as the `maxLength` of Meta's OpenAPI description counts them. */
export function upTo(max: number) {
  return z.string().refine((text) => [...text].length <= max, {
    error: `must be at most ${max} characters long.`,
  });
}

/** Meta's sentence for a text that is too long or too short, as others have quoted it from refusals. */
export function words(name: string, max: number, least = 1) {
  const error = `${name} length invalid. Min length: ${least}, Max length: ${max}`;
  return z
    .string()
    .min(least, error)
    .refine((text) => [...text].length <= max, { error });
}
