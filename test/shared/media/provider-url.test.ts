import { describe, expect, it } from 'vitest';
import { isProviderUrl, isRedirectUrl } from '#shared/media/provider-url';

const provider = { hosts: ['lookaside.fbsbx.com'], apiUrl: 'https://graph.facebook.com' };
const simulator = { hosts: ['lookaside.fbsbx.com'], apiUrl: 'http://127.0.0.1:4001' };

describe('an address of the provider', () => {
  it.each([
    'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1',
    'https://eu.lookaside.fbsbx.com/x',
    'https://LOOKASIDE.fbsbx.com/x',
    'https://lookaside.fbsbx.com:443/x',
    'https://graph.facebook.com/v25.0/1',
  ])('is %s', (url) => {
    expect(isProviderUrl(new URL(url), provider)).toBe(true);
  });

  it.each([
    'http://lookaside.fbsbx.com/x',
    'https://lookaside.fbsbx.com:8443/x',
    'https://lookaside.fbsbx.com.evil.example/x',
    'https://evil-lookaside.fbsbx.com/x',
    'https://fbsbx.com/x',
    'https://evil.example/lookaside.fbsbx.com',
    'https://lookaside.fbsbx.com@evil.example/x',
    'https://me:you@lookaside.fbsbx.com/x',
    'https://169.254.169.254/latest/meta-data',
    'http://graph.facebook.com/x',
    'file:///etc/passwd',
    'data:text/plain,x',
  ])('is not %s', (url) => {
    expect(isProviderUrl(new URL(url), provider)).toBe(false);
  });

  it('is, without TLS, only the very API that was configured', () => {
    expect(isProviderUrl(new URL('http://127.0.0.1:4001/x'), simulator)).toBe(true);
    expect(isProviderUrl(new URL('http://127.0.0.1:4002/x'), simulator)).toBe(false);
    expect(isProviderUrl(new URL('http://127.0.0.1/x'), simulator)).toBe(false);
  });
});

describe('an address that a provider redirects to', () => {
  const twilio = { hosts: ['twilio.com'], redirectHosts: ['twiliocdn.com'] };
  const real = { ...twilio, apiUrl: 'https://api.twilio.com' };
  const local = { ...twilio, apiUrl: 'http://127.0.0.1:4001' };

  it.each(['https://mms.twiliocdn.com/AC1/ME1?Expires=1', 'https://twiliocdn.com/x'])(
    'is one of its file hosts: %s',
    (url) => {
      expect(isRedirectUrl(new URL(url), real)).toBe(true);
    },
  );

  it.each([
    'http://mms.twiliocdn.com/x',
    'https://mms.twiliocdn.com:8443/x',
    'https://twiliocdn.com.evil.example/x',
    'https://me:you@mms.twiliocdn.com/x',
    'https://169.254.169.254/latest/meta-data',
    'http://127.0.0.1:4001/x',
    'http://localhost/x',
    'https://10.0.0.1/x',
  ])('is no other host, and none of this machine: %s', (url) => {
    expect(isRedirectUrl(new URL(url), real)).toBe(false);
  });

  it('is this machine where the API is, and no other one', () => {
    expect(isRedirectUrl(new URL('http://localhost:4002/x'), local)).toBe(true);
    expect(isRedirectUrl(new URL('http://10.0.0.1/x'), local)).toBe(false);
    expect(isRedirectUrl(new URL('http://169.254.169.254/x'), local)).toBe(false);
  });

  it('is none where a provider names no file hosts', () => {
    const { redirectHosts: _, ...none } = local;
    expect(isRedirectUrl(new URL('http://localhost:4002/x'), none)).toBe(false);
  });
});
