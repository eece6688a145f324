/** A message id as others gave it: printable, one `@` or none, no brackets. Anything else stays out of our headers. */
const messageId = /^(?:[^\s<>@]+@[^\s<>@]+|[^\s<>@:]+)$/;
/** A line of a header has at most 998 characters, and an id cannot be folded (RFC 5322 2.1.1). */
const longestId = 900;
const sesId = /^[0-9a-f]{16}-[0-9a-f-]{36}-\d{6}$/;

/**
 * A mail's id as a header writes it; nothing for one that no header can hold. SES's own is
 * `<ID@REGION.amazonses.com>`; us-east-1 is `email.amazonses.com` (seen on real mail).
 */
export function wireId(id: string, region: string): string[] {
  if (sesId.test(id)) {
    return [`<${id}@${region === 'us-east-1' ? 'email' : region}.amazonses.com>`];
  }
  const isWritable = messageId.test(id) && /^[\x21-\x7e]+$/.test(id) && id.length <= longestId;
  return isWritable ? [`<${id}>`] : [];
}
