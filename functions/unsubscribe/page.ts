import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

const button =
  '<p>Unsubscribe from these messages?</p><form method="post"><button name="List-Unsubscribe" value="One-Click">Unsubscribe</button></form>';
const done = '<p>You are unsubscribed.</p>';

/** No script, no picture, nothing from elsewhere; the address holds a token, so it goes to no other site. */
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
};

/** The two pages that a person sees who follows the link in a browser. Nothing of the request is in them. */
export function page(which: 'ask' | 'done'): APIGatewayProxyStructuredResultV2 {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Unsubscribe</title>${which === 'ask' ? button : done}</html>\n`;
  return { statusCode: 200, headers, body };
}
