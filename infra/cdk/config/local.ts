import { defineStage } from './stage.ts';

/** The stage of `npm start`: one account of each connector, all of them simulated. */
export const stage = defineStage({
  stage: 'local',
  removal: 'destroy',
  logRetentionDays: 1,
  uncertainAfterSeconds: 30,
  reconcileAfterSeconds: 5,
  accounts: [
    { connector: 'whatsapp', account: 'main', address: '106540352242922' },
    { connector: 'twilio', account: 'main', address: '+15005550006' },
    {
      connector: 'twitter',
      account: 'main',
      address: '2244994945',
      username: 'switchboard',
      // X allows 15 in 15 minutes; here 15 in 15 seconds, so that work on a laptop need not wait by its clock.
      pacing: { perSecond: 1, burst: 15 },
      // And 100 posts in 15 minutes; here in 15 seconds.
      publicPacing: { perSecond: 20 / 3, burst: 100 },
    },
    { connector: 'telegram', account: 'main', address: '7005550006' },
    { connector: 'email', account: 'main', address: 'help@support.localhost' },
  ],
  mail: { ruleSetName: 'switchboard-local' },
});
