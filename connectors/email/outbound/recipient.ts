import { readAddress } from '#connectors/email/mail-address';

/**
 * An address that a mail can be sent to, as SES wants it; undefined where there is none. SES does not speak
 * SMTPUTF8: the local part must be ASCII (SESv2 SendEmail, Destination).
 */
export function recipient(address: string): string | undefined {
  const plain = readAddress(address);
  return plain !== undefined && /^[\x21-\x7e]+@/.test(plain) ? plain : undefined;
}
