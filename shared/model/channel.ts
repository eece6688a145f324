import * as z from 'zod';

/** What the customer uses to write. The connector is who carried it: SMS and WhatsApp may both come through Twilio. */
export const Channel = z
  .enum(['whatsapp', 'sms', 'rcs', 'twitter', 'telegram', 'email'])
  .meta({ id: 'Channel', description: 'What the customer uses to write.' });
export type Channel = z.infer<typeof Channel>;
