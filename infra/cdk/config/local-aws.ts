import { defineStage } from './stage.ts';

/**
 * WhatsApp and SMS through AWS End User Messaging, and WhatsApp through Meta, on this machine: a stage of its own,
 * because few people who try this software have such numbers. It runs in the tests.
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
    {
      connector: 'aws-sms',
      account: 'main',
      address: '+12065550100',
      originationIdentity: 'phone-0123456789abcdef0123456789abcdef',
      configurationSetName: 'switchboard',
    },
    { connector: 'email', account: 'main', address: 'help@support.localhost' },
    { connector: 'email', account: 'sales', address: 'sales@support.localhost' },
  ],
  mail: { ruleSetName: 'switchboard-local-aws' },
});
