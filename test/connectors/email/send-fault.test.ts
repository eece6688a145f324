import { describe, expect, it } from 'vitest';
import { sortFault } from '#connectors/email/outbound/send-fault';

const fault = (name: string, message: string) => Object.assign(new Error(message), { name });
const titleOf = (name: string, message: string) => {
  const outcome = sortFault(fault(name, message));
  return outcome.kind === 'sent' ? '' : outcome.error.title;
};

describe("the title of SES's refusal", () => {
  it('holds its sentence: which address is not verified', () => {
    const said = 'Email address is not verified. The following identities failed: a@b.example';
    expect(titleOf('MessageRejected', said)).toBe(`SES answered MessageRejected: ${said}`);
  });

  it('is one clean line, cut between characters', () => {
    const said = `Bad\r\n\u0000request\u202e ${'x'.repeat(387)}😀${'y'.repeat(1000)}`;
    const title = titleOf('BadRequestException', said);
    expect(title).toBe(`SES answered BadRequestException: Bad request ${'x'.repeat(387)}`);
    expect(title.isWellFormed()).toBe(true);
  });

  it.each(['MessageRejected', ''])('is its name alone where it says no more: "%s"', (said) => {
    expect(titleOf('MessageRejected', said)).toBe('SES answered MessageRejected');
  });

  it.each([
    ...['InvalidSignatureException', 'SignatureDoesNotMatch', 'UnrecognizedClientException'],
    ...['InvalidClientTokenId', 'ExpiredTokenException', 'CredentialsProviderError'],
  ])('never holds what AWS says of keys and signatures: %s', (name) => {
    const said = "The canonical string should have been 'x-amz-security-token:SECRET'";
    const answer = Object.assign(fault(name, said), { $metadata: { httpStatusCode: 403 } });
    expect(JSON.stringify(sortFault(answer))).not.toContain('SECRET');
  });
});
