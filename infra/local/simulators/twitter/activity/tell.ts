import type {
  Webhook as Sent,
  SimulatedAccount,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { appOf } from '#infra/local/simulators/twitter/call';
import { conditionsOf } from '#infra/local/simulators/twitter/conditions';
import { type Activity, activityBody, signedWebhook } from '#infra/local/simulators/twitter/events';
import { stateOf } from '#infra/local/simulators/twitter/state';
import {
  isValid,
  type Subscription,
  webhooksOf,
} from '#infra/local/simulators/twitter/webhooks/registered';
import { accountActivityBody } from './account-activity.ts';

/**
 * Tells our webhooks of events, in their order. As long as the app has registered none, its account's own webhook is
 * told of everything; from then on X tells what was subscribed to. Resolves with the status of our last answer, 0 where
 * nothing was sent.
 */
export async function tell(
  activities: readonly Activity[],
  account: SimulatedAccount,
  world: SimulatorWorld,
): Promise<number> {
  let status = 0;
  for (const sent of webhooksFor(activities, account, world)) {
    status = await world.deliver(sent);
  }
  return status;
}

function webhooksFor(
  activities: readonly Activity[],
  account: SimulatedAccount,
  world: SimulatorWorld,
): readonly Sent[] {
  const registered = webhooksOf(world, appOf(account));
  if (registered.length > 0) {
    return activities.flatMap((activity) => subscribed(activity, account, world));
  }
  const { webhook, activityApi } = conditionsOf(world);
  if (webhook !== 'normal') return [];
  const told =
    activityApi === 'x_activity'
      ? activities
      : activities.filter(
          ({ old }, at) => !old || activities.findIndex((each) => each.old === old) === at,
        );
  return told.map((activity) => {
    const body = bodyOf(activity, account.address, undefined, world);
    return signedWebhook(account.webhookUrl, account, body);
  });
}

/** The webhooks of one event, for the subscriptions that it belongs to. Those that do not leave are kept for a replay. */
function subscribed(
  activity: Activity,
  account: SimulatedAccount,
  world: SimulatorWorld,
): readonly Sent[] {
  const { subscriptions, webhooks, log } = stateOf(world);
  const owners = [...subscriptions.values()].filter((each) => concerns(each, activity, account));
  return owners.flatMap((subscription) => {
    const webhook = webhooks.get(subscription.webhookId ?? '');
    if (!webhook) return [];
    const body = bodyOf(activity, subscription.filter.user_id, subscription.tag, world);
    log.push({ at: world.now(), webhookId: webhook.id, account, body });
    const isTold = isValid(webhook, world) && conditionsOf(world).webhook !== 'outage';
    return isTold ? [signedWebhook(webhook.url, account, body)] : [];
  });
}

function concerns(subscription: Subscription, activity: Activity, account: SimulatedAccount) {
  const { app, eventType, filter } = subscription;
  const isAbout = filter.user_id ?? activity.userId ?? account.address;
  return (
    app === appOf(account) &&
    eventType === activity.type &&
    isAbout === (activity.userId ?? account.address)
  );
}

function bodyOf(
  activity: Activity,
  userId: string | undefined,
  tag: string | undefined,
  world: SimulatorWorld,
): unknown {
  return conditionsOf(world).activityApi === 'account_activity' && activity.old
    ? accountActivityBody(activity.old, userId)
    : activityBody(activity, userId, tag ?? 'simulator');
}
