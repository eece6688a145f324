import * as z from 'zod';
import { parsedJson } from '#shared/json';

const Tag = z.string().regex(/^[A-Za-z0-9_-]{1,256}$/);
const Addresses = z.array(z.string()).default([]);

/** The fields of SESv2 `SendEmail` with raw content that the simulator reads. */
const SendEmail = z.object({
  FromEmailAddress: z.string().optional(),
  Destination: z
    .object({ ToAddresses: Addresses, CcAddresses: Addresses, BccAddresses: Addresses })
    .optional(),
  // Not z.base64(): its expression cannot read 40 MB.
  Content: z.object({
    Raw: z.object({
      Data: z.string().refine((data) => !/[^A-Za-z0-9+/=]/.test(data), 'not base64'),
    }),
  }),
  EmailTags: z.array(z.object({ Name: Tag, Value: Tag })).default([]),
  ConfigurationSetName: z.string().optional(),
});
export type SendEmail = z.infer<typeof SendEmail>;

export function readSendEmail(body: Buffer): SendEmail | { readonly problem: string } {
  const request = SendEmail.safeParse(parsedJson(body.toString('utf8')));
  return request.success ? request.data : { problem: z.prettifyError(request.error) };
}
