import { describe, expect, it } from 'vitest';
import { isProviderUrl } from '#shared/media/provider-url';

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
