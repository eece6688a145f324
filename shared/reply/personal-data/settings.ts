import * as z from 'zod/mini';

/** The personal data that the public replies of an account may not show, and exceptions. */
export const PersonalDataSettings = z.strictObject({
  /** Numbers of the business's own making, by regular expressions (safe-pattern.ts says which are allowed). */
  patterns: z._default(
    z
      .array(
        z.strictObject({
          /** For people: `order number`. */
          name: z.string().check(z.minLength(1), z.maxLength(40)),
          pattern: z.string().check(z.minLength(1), z.maxLength(200)),
        }),
      )
      .check(z.maxLength(20)),
    [],
  ),
  /** Addresses and numbers that may be public: those of the business. A domain stands for all its addresses. */
  allowed: z._default(
    z.array(z.string().check(z.minLength(4), z.maxLength(320))).check(z.maxLength(50)),
    [],
  ),
});
export type PersonalDataSettings = z.infer<typeof PersonalDataSettings>;
