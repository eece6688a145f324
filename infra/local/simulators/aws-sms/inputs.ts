import * as z from 'zod';

/**
 * The members of both operations, by their patterns in the API reference. A member that AWS does not have is refused
 * here, though AWS may let it pass: a misspelt one would otherwise be found in production.
 */
const common = {
  DestinationPhoneNumber: z.string().regex(/^\+?[1-9]\d{1,18}$/),
  OriginationIdentity: z.string().regex(/^[A-Za-z0-9_:/+-]{1,256}$/),
  MessageBody: z
    .string()
    .max(1600)
    .regex(/^(?!\s*$)[\s\S]+$/)
    .optional(),
  ConfigurationSetName: z
    .string()
    .regex(/^[\w:/-]{1,256}$/)
    .optional(),
  ProtectConfigurationId: z
    .string()
    .regex(/^[\w:/-]{1,256}$/)
    .optional(),
  MaxPrice: z
    .string()
    .regex(/^\d{0,2}\.\d{1,5}$/)
    .optional(),
  TimeToLive: z.int().min(5).max(259_200).optional(),
  Context: z
    .record(z.string().regex(/^\S{1,100}$/), z.string().regex(/^(?!\s)[\s\S]{1,800}(?<!\s)$/))
    .refine((context) => Object.keys(context).length <= 5)
    .optional(),
  DryRun: z.boolean().optional(),
  MessageFeedbackEnabled: z.boolean().optional(),
};

/** By operation. An SMS without words is none; an MMS has one file. */
export const inputs = {
  SendTextMessage: z.strictObject({
    ...common,
    MessageBody: common.MessageBody.unwrap(),
    MessageType: z.enum(['TRANSACTIONAL', 'PROMOTIONAL']).optional(),
    Keyword: z
      .string()
      .regex(/^[ \S]{1,30}$/)
      .optional(),
    DestinationCountryParameters: z.record(z.string(), z.string()).optional(),
  }),
  SendMediaMessage: z.strictObject({
    ...common,
    MediaUrls: z
      .array(
        z
          .string()
          .max(2048)
          .regex(/^s3:\/\/[a-z0-9.-]{3,63}\/.+$/),
      )
      .length(1),
  }),
} as const;
export type Operation = keyof typeof inputs;

/** An input as far as it was checked. */
export interface Input {
  readonly DestinationPhoneNumber: string;
  readonly OriginationIdentity: string;
  readonly MessageBody?: string | undefined;
  readonly ConfigurationSetName?: string | undefined;
  readonly Context?: Readonly<Record<string, string>> | undefined;
}
