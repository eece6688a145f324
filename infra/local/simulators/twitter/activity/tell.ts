import type { SimulatedAccount, SimulatorWorld } from '#infra/local/simulators/simulator';
import { type Activity, activityBody, signedWebhook } from '#infra/local/simulators/twitter/events';

/** Tells our webhook of events, in their order; resolves with the status of its last answer, 0 where nothing was sent. */
export async function tell(
  activities: readonly Activity[],
  account: SimulatedAccount,
  world: SimulatorWorld,
): Promise<number> {
  let status = 0;
  for (const activity of activities) {
    const body = activityBody(activity, account.address, 'simulator');
    status = await world.deliver(signedWebhook(account.webhookUrl, account, body));
  }
  return status;
}
