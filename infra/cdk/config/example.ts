import { defineStage } from './stage.ts';

/** Copy this file, change it, and deploy it by its name: `npx cdk deploy --all -c stage=example`. */
export const stage = defineStage({
  stage: 'example',
  // One in which SES receives mail, if there is an account for mail.
  region: 'eu-west-1',
  accounts: [
    { connector: 'whatsapp', account: 'shop', address: '106540352242922' },
    { connector: 'twilio', account: 'shop', address: '+15005550006' },
    { connector: 'twitter', account: 'shop', address: '2244994945', username: 'example' },
    { connector: 'email', account: 'support', address: 'help@support.example.com' },
  ],
  mail: { ruleSetName: 'example' },
});
