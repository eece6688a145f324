import * as z from 'zod';

/** The medium on which the customer writes. The connector carries it: SMS and WhatsApp may both come through Twilio. */
export const Channel = z
  .enum(['whatsapp', 'sms', 'rcs', 'twitter', 'telegram', 'email'])
  .meta({ id: 'Channel', description: 'What the customer uses to write.' });
export type Channel = z.infer<typeof Channel>;
