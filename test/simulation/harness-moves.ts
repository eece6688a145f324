import fc from 'fast-check';
import { ancestorsOf } from '#shared/aws/store/append/thread';
import { acrossShards } from '#shared/aws/store/due/due';
import { entriesAfter, latestEntries } from '#shared/aws/store/table';
import { type Harness, openHarness } from '#test/functions/send/harness/harness';
import type { Place } from '#test/functions/send/harness/outbound-queue';
import type { Fate } from '#test/functions/send/harness/scripted-apis';
import type { Emulators } from '#test/support/aws/emulators';

const fates: readonly Fate[] = [
  ...(['taken', 'taken_then_500', 'lost_with_500', 'throttled', 'unauthorized'] as const),
  ...(['refused', 'taken_then_reset'] as const),
];

/** What happens next around an account that has a pace; numbers choose among what there is. */
type Move = readonly [name: MoveName, choice: number, fate: Fate];
const names = [
  ...(['write', 'reply', 'reply', 'reply', 'campaign', 'send', 'send', 'send', 'release'] as const),
  ...(['sweep', 'sweep', 'pass', 'passLong', 'script', 'tell', 'tellStranger', 'die'] as const),
  ...(['follow', 'together', 'readSome', 'listSome'] as const),
];
type MoveName = (typeof names)[number];

export const harnessMoves = fc.array(
  fc.tuple(fc.constantFrom(...names), fc.nat(1000), fc.constantFrom(...fates)),
  { minLength: 10, maxLength: 50, size: 'max' },
) as fc.Arbitrary<readonly Move[]>;

const pacing = { perSecond: 0.1, burst: 2 };

interface Scene {
  readonly harness: Harness;
  readonly conversations: string[];
  readonly places: Place[];
}

/** Lets all of it happen on a harness of its own. */
export async function play(emulators: Emulators, moves: readonly Move[]): Promise<void> {
  const harness = await openHarness(emulators, 'twilio', { pacing });
  try {
    const scene: Scene = { harness, conversations: [await harness.newConversation()], places: [] };
    for (const move of moves) await make(scene, move);
  } finally {
    await harness.close();
  }
}

const chosen = <Value>(from: readonly Value[], choice: number): Value | undefined =>
  from[choice % Math.max(from.length, 1)];

async function make({ harness, conversations, places }: Scene, move: Move): Promise<void> {
  const [name, choice, fate] = move;
  const conversation = chosen(conversations, choice) ?? '';
  const place = chosen(places, choice);
  const taken = chosen(harness.api.taken, choice);
  switch (name) {
    case 'write':
      conversations.push(await harness.newConversation());
      return;
    case 'reply':
      places.push(await harness.reply(conversation, textOf(choice)));
      return;
    case 'campaign':
      places.push(await harness.reply(conversation, campaign(choice)));
      return;
    case 'send':
      return place && void (await harness.send(place, 1 + (choice % 12)));
    case 'release':
      return deliver(harness);
    case 'sweep':
      await harness.sweep();
      return;
    case 'pass':
      return harness.clock.pass(choice % 30);
    case 'passLong':
      return harness.clock.pass(choice * 2);
    case 'script':
      return void harness.api.fates.push(fate);
    case 'die':
      return place && harness.commandDies(place);
    case 'tell':
      return (
        place && taken && harness.tell(place, statusOf(choice), { providerMessageId: taken.id })
      );
    case 'together':
      return place && void (await Promise.all([harness.send(place), harness.send(place)]));
    case 'readSome':
      await entriesAfter(harness.target.table, conversation, choice % 3, 1);
      return void (await latestEntries(harness.target.table, conversation, 1));
    case 'listSome':
      return listDueSlowly(harness);
    case 'follow':
      return follow(harness, [taken?.id ?? 'SM1', `SM${choice}`]);
    case 'tellStranger':
      return harness.tellStranger(statusOf(choice), taken?.id ?? `SM${choice}`);
  }
}

/** As a message does that names earlier ones. */
async function follow({ target, setting }: Harness, ids: readonly string[]): Promise<void> {
  const follows = ids.map((providerMessageId) => ({ providerMessageId, proof: 'secret' as const }));
  await ancestorsOf(target.table, setting.connector, setting.account, follows);
}

/** All that is due one day, as the sweep lists it, by pages of one. */
async function listDueSlowly({ target }: Harness): Promise<void> {
  for (const dueClass of ['uncertain', 'reply', 'slot', 'campaign', 'update'] as const) {
    const due = acrossShards(target.table, 'dueAt', (shard) => ({
      IndexName: 'due',
      KeyConditionExpression: 'duePk = :pk AND dueAt <= :at',
      ExpressionAttributeValues: { ':pk': `DUE#${dueClass}#${shard}`, ':at': '9999' },
      Limit: 1,
    }));
    for await (const _ of due);
  }
}

async function deliver(harness: Harness): Promise<void> {
  for (const command of harness.commands()) await harness.send(command);
}

const textOf = (choice: number) => (choice % 5 === 0 ? `${choice} `.repeat(600) : `text ${choice}`);
const campaign = (choice: number) => ({
  content: { type: 'text' as const, text: `news ${choice}` },
  purpose: 'marketing' as const,
});
const statusOf = (choice: number) =>
  (['sent', 'delivered', 'read', 'failed'] as const)[choice % 4] ?? 'sent';
