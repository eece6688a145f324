import type { StackDescription } from '#infra/local/description';

/** One send a provider's simulator has taken. */
export interface ProviderSend {
  readonly to: string;
  readonly text: string;
  readonly messageId: string;
  readonly request: Readonly<Record<string, unknown>>;
}

/** A customer writes, by way of the provider's simulator; resolves with the status of our answer. */
export async function writeAs(
  { providers }: StackDescription,
  connector: string,
  message: {
    readonly from: string;
    readonly text: string;
    readonly name?: string;
    /** The group in which it is written, where the channel has groups. */
    readonly group?: string;
  },
): Promise<{ readonly providerMessageId: string; readonly status: number }> {
  const response = await fetch(`${providers[connector]}/_inbound`, {
    method: 'POST',
    body: JSON.stringify(message),
  });
  return (await response.json()) as { providerMessageId: string; status: number };
}

/** What the provider has sent to customers with this text. */
export async function sentWith(
  { providers }: StackDescription,
  connector: string,
  text: string,
): Promise<readonly ProviderSend[]> {
  const sent = (await (await fetch(`${providers[connector]}/_sent`)).json()) as ProviderSend[];
  return sent.filter((each) => each.text === text);
}

/** Makes the provider's next `count` calls go wrong. */
export async function makeFault(
  { providers }: StackDescription,
  connector: string,
  kind: string,
  count = 1,
): Promise<void> {
  const response = await fetch(`${providers[connector]}/_fault`, {
    method: 'POST',
    body: JSON.stringify({ kind, count }),
  });
  if (!response.ok) throw new Error(`_fault answered ${response.status}`);
}

/** Says how a provider behaves from now on; nothing given, as usual. */
export async function setConditions(
  { providers }: StackDescription,
  connector: string,
  conditions: object = {},
): Promise<void> {
  await called(`${providers[connector]}/_conditions`, conditions);
}

/** The provider tells a status of a message it has sent; resolves with the status of our answer. */
export async function tellStatus(
  { providers }: StackDescription,
  connector: string,
  status: {
    readonly messageId: string;
    readonly status: string;
    readonly code?: number | string;
    /** The member of a group who reports it. */
    readonly recipient?: string;
  },
): Promise<number> {
  const answer = await called(`${providers[connector]}/_status`, status);
  return ((await answer.json()) as { status: number }).status;
}

/** Everything the provider has sent to somebody, oldest first. */
export async function sentTo(
  { providers }: StackDescription,
  connector: string,
  to: string,
): Promise<readonly ProviderSend[]> {
  const sent = (await (await fetch(`${providers[connector]}/_sent`)).json()) as ProviderSend[];
  return sent.filter((each) => each.to.replace('+', '') === to.replace('+', ''));
}

async function called(url: string, body: object): Promise<Response> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response;
}
