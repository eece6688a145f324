import * as z from 'zod';
import { capabilitiesOf } from '#connectors/capabilities';
import { readArguments, readPositionals } from '#infra/cli/arguments';
import { channelNames, type Entrance, entranceOf, sampleAddresses } from '#infra/cli/channels';
import { CliError, usageError } from '#infra/cli/cli-error';
import type { Command, Context } from '#infra/cli/command';
import type { Terminal } from '#infra/cli/output/terminal';
import { nextAnswer } from '#infra/cli/stage/next-answer';
import { until } from '#infra/cli/stage/poll';
import { errorIn, postJson } from '#infra/cli/stage/post-json';
import { openStack, type Stack } from '#infra/cli/stage/stack';
import { openTable, readEntry, readItem } from '#infra/cli/stage/table';
import { messageIdOf } from '#shared/ids';
import { omitUndefined } from '#shared/json';
import { Channel } from '#shared/model/channel';
import { ReferenceItem } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';

/** The simulator repeats a webhook that was answered with 5xx, for about half a minute. */
const deliveryTimeoutSeconds = 60;
const storedTimeoutSeconds = 5;

const Delivered = z.object({ providerMessageId: z.string(), status: z.number() });

/** Writes as a customer. */
export const send: Command = {
  summary: 'write as a customer: the simulated provider calls the real webhook',
  help: `./switchboard send <${channelNames.join('|')}> --text "…" [options]

  --text      what the customer says
  --from      the customer's address on the channel; when absent this one:
              ${sampleAddresses}
  --name      the customer's name, where the channel has names
  --group     the id of a group to write in, where the channel has groups (whatsapp)
  --subject   the subject of a mail
  --cc        an address that gets a copy of the mail; again for each
  --account   the account that is written to (the channel's first)
  --no-wait   do not wait until the message is in its conversation
  --json      {"channel","connector","account","from","providerMessageId","webhookStatus",
               "conversationId","messageId","optOut"}

A mail goes through the SMTP server of the stack. x is another name for twitter: a text that begins
with the account's handle (@switchboard with npm start) is a public mention, any other a direct message.`,
  run: async (args, context) => {
    const { values, positionals } = readArguments('send', args, {
      text: { type: 'string' },
      from: { type: 'string' },
      name: { type: 'string' },
      group: { type: 'string' },
      subject: { type: 'string' },
      cc: { type: 'string', multiple: true },
      account: { type: 'string' },
      'no-wait': { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const [channel] = readPositionals('send', positionals, ['channel'] as const);
    const { text, name, from, account, group, subject, cc } = values;
    if (text === undefined || text === '') {
      throw usageError('send: --text missing: what does the customer say?', 'send');
    }
    const stack = openStack(context.localDir);
    const entrance = entranceOf(stack, channel, { from, account });
    if (group !== undefined) requireGroups(entrance);
    const mail = mailFields(entrance, omitUndefined({ subject, cc }));
    const more = { ...(name ? { name } : {}), ...(group ? { group } : {}), ...mail };
    const delivered = await deliver(entrance, { text, ...more }, context);
    const place = values['no-wait']
      ? {}
      : await placeOf(stack, entrance, delivered.providerMessageId, context);
    const told = { ...sentOf(entrance, delivered), ...place };
    if (values.json) return context.terminal.data(JSON.stringify(told));
    tell(told, context.terminal);
    const { conversationId, optOut } = told;
    if (conversationId === undefined) return;
    const lines = await nextAnswer(stack, openTable(stack), conversationId, optOut);
    for (const line of lines) context.terminal.note(`  ${line}`);
  },
};

function requireGroups({ channel, connector }: Entrance): void {
  const known = Channel.safeParse(channel);
  if (known.success && capabilitiesOf(connector, known.data)?.groupReplyContent) return;
  throw usageError(`send: --group given, but ${channel} has no groups`, 'send');
}

function mailFields({ channel }: Entrance, fields: object): object {
  if (channel === 'email' || Object.keys(fields).length === 0) return fields;
  throw usageError(`send: --subject and --cc are for email, not for ${channel}`, 'send');
}

type Delivered = z.infer<typeof Delivered>;
/** `optOut`: what the word or the sentence of the customer was taken for. */
type Place = Partial<Record<'conversationId' | 'messageId' | 'optOut', string>>;

/** Asks the provider's simulator to call us. Throws when it cannot, or when our webhook says no. */
async function deliver(
  { provider, from, account, connector }: Entrance,
  message: { readonly text: string },
  { signal, localDir }: Context,
): Promise<Delivered> {
  const answer = await postJson(
    `${provider}/_inbound`,
    { from, account, ...message },
    { signal, timeoutSeconds: deliveryTimeoutSeconds },
  );
  const delivered = Delivered.safeParse(answer.body);
  if (!delivered.success) {
    throw new CliError(
      `the simulator of ${connector} could not deliver this: ${errorIn(answer).error}`,
      'is --from an address of the channel? See ./switchboard send --help',
    );
  }
  const { status } = delivered.data;
  if (status >= 200 && status < 300) return delivered.data;
  throw new CliError(
    `Switchboard answered ${status} to the message from ${connector}`,
    `read the log of its function in ${localDir}/logs`,
  );
}

/** Waits until the message is stored and finds its conversation. Throws when it is in none after the timeout. */
async function placeOf(
  stack: Stack,
  { connector, account }: Entrance,
  providerMessageId: string,
  { signal, localDir }: Context,
): Promise<Place> {
  const table = openTable(stack);
  const key = referenceKey(connector, account, providerMessageId);
  const place = await until(
    async () => {
      const { conversationId, sequence } = (await readItem(table, ReferenceItem, key)) ?? {};
      if (conversationId === undefined || sequence === undefined) return undefined;
      const entry = await readEntry(table, conversationId, sequence);
      if (!entry) return undefined;
      const { optOut } = entry.message?.metadata ?? {};
      const messageId = messageIdOf(conversationId, entry);
      return { conversationId, messageId, ...(optOut === undefined ? {} : { optOut }) };
    },
    { signal, seconds: storedTimeoutSeconds },
  );
  if (place) return place;
  throw new CliError(
    `${providerMessageId} was acknowledged, but is in no conversation after ${storedTimeoutSeconds} s`,
    `read the logs of the functions in ${localDir}/logs`,
  );
}

function sentOf({ channel, connector, account, from }: Entrance, delivered: Delivered) {
  const { providerMessageId, status: webhookStatus } = delivered;
  return { channel, connector, account, from, providerMessageId, webhookStatus };
}

function tell(sent: ReturnType<typeof sentOf> & Place, { data, paint }: Terminal): void {
  const { from, providerMessageId, connector, account, webhookStatus } = sent;
  data(`${from} wrote ${providerMessageId}; ${connector}/${account} answered ${webhookStatus}`);
  const { conversationId, messageId, optOut } = sent;
  if (conversationId === undefined) return;
  const mark = optOut === undefined ? '' : `, marked optOut: ${optOut}`;
  data(`conversation ${paint('bold', conversationId)}, message ${messageId}${mark}`);
}
