/** A POST of JSON, as a provider's API is asked. */
export function jsonRequest(url: string, value: unknown, authorization: string): Request {
  return new Request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify(value),
  });
}

/** What was published on an SNS topic. */
export function published(body: string) {
  return JSON.parse(new URLSearchParams(body).get('Message') ?? '{}');
}
