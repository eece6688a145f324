import type { Advice } from '#shared/connector/doctor';

const maxLength = 200;

/** Addresses that no host of the internet has, as `URL` spells them. */
const privateHost =
  /^(?:localhost|.+\.(?:localhost|local|internal)|0\.0\.0\.0|10(?:\.\d+){3}|127(?:\.\d+){3}|169\.254(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}|192\.168(?:\.\d+){2}|\[(?:::1?|f[cde][^\]]*)\]|[^.]+)$/;

/** Finds X's rules for webhook URLs that this one breaks (docs.x.com, webhooks/introduction; at most 200 characters by its OpenAPI). */
export function urlProblems(webhookUrl: string): readonly Advice[] {
  const { protocol, port, hostname } = new URL(webhookUrl);
  const broken: readonly (readonly [boolean, string, string])[] = [
    [protocol !== 'https:', 'not_https', 'it is not https://'],
    [port !== '', 'port', `it names the port ${port}`],
    [
      webhookUrl.length > maxLength,
      'too_long',
      `it has ${webhookUrl.length} characters; allowed are ${maxLength}`,
    ],
    [privateHost.test(hostname), 'not_public', `${hostname} is not reached from the internet`],
  ];
  const next =
    "give the address that the deployment printed (its output …WebhookUrl), or your domain's: https://<host>/webhooks/twitter/<account>";
  return broken.flatMap(([isBroken, name, why]) =>
    isBroken ? [{ name, finding: `X takes no webhook at ${webhookUrl}: ${why}`, next }] : [],
  );
}
