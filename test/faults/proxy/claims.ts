import type { AwsCall } from './aws-call.ts';

interface Update {
  readonly Key?: { readonly pk?: { readonly S?: string }; readonly sk?: { readonly S?: string } };
}

/** Names our message whose attempt a call claims; undefined for every other call. */
export function claimedMessage(call: AwsCall): string | undefined {
  return call.body.includes('claimedBy') ? updatedMessage(call) : undefined;
}

/** Names our message of which a call records how an attempt ended; undefined for every other call. */
export function recordedMessage(call: AwsCall): string | undefined {
  const isRecord = call.body.includes('delivery.#state') && !call.body.includes('claimedBy');
  return isRecord ? updatedMessage(call) : undefined;
}

function updatedMessage({ service, action, body }: AwsCall): string | undefined {
  if (service !== 'dynamodb' || action !== 'UpdateItem') return undefined;
  const { Key } = JSON.parse(body.toString('utf8')) as Update;
  const conversation = Key?.pk?.S?.slice('CONVERSATION#cnv_'.length) ?? '';
  return `msg_${conversation}_${Number(Key?.sk?.S?.slice('ENTRY#'.length))}`;
}
