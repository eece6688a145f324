import type { AwsCall } from './aws-call.ts';

interface Update {
  readonly Key?: { readonly pk?: { readonly S?: string }; readonly sk?: { readonly S?: string } };
}

/** Which message of ours a call claims for an attempt; undefined for every other call. */
export function claimedMessage({ service, action, body }: AwsCall): string | undefined {
  if (service !== 'dynamodb' || action !== 'UpdateItem' || !body.includes('claimedBy')) {
    return undefined;
  }
  const { Key } = JSON.parse(body.toString('utf8')) as Update;
  const conversation = Key?.pk?.S?.slice('CONVERSATION#cnv_'.length) ?? '';
  return `msg_${conversation}_${Number(Key?.sk?.S?.slice('ENTRY#'.length))}`;
}
