/**
 * The region and the AWS account that the local stack pretends to be in. No emulator checks the credentials; the SDK
 * insists on having some.
 */
export const place = {
  region: 'eu-central-1',
  accountId: '000000000000',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;
