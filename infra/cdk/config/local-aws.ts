import { defineStage } from './stage.ts';

/**
 * WhatsApp through AWS End User Messaging Social beside Meta's own, on this machine: a stage of its own, because few
 * people who try this software have such a number. It runs in the tests.
 */
export const stage = defineStage({
  stage: 'local-aws',
  removal: 'destroy',
  logRetentionDays: 1,
  uncertainAfterSeconds: 30,
  reconcileAfterSeconds: 5,
  accounts: [
    { connector: 'whatsapp', account: 'main', address: '106540352242922' },
    {
      connector: 'whatsapp-aws',
      account: 'main',
      address: '503650672828631',
      originationPhoneNumberId: 'phone-number-id-0123456789abcdef0123456789abcdef',
    },
    { connector: 'email', account: 'main', address: 'help@support.localhost' },
  ],
  mail: { ruleSetName: 'switchboard-local-aws' },
});
