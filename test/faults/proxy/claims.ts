import type { AwsCall } from './aws-call.ts';

interface Key {
  readonly pk?: { readonly S?: string };
  readonly sk?: { readonly S?: string };
}

/** A state is put by its first change, and updated by every other. */
interface Write {
  readonly Key?: Key;
  readonly Item?: Key;
}

/** Names our message whose attempt a call claims; undefined for every other call. */
export function claimedMessage(call: AwsCall): string | undefined {
  return isClaim(call) ? changedMessage(call) : undefined;
}

/** Names our message of which a call records how an attempt ended; undefined for every other call. */
export function recordedMessage(call: AwsCall): string | undefined {
  const isRecord = call.body.includes('delivery.#state') && !isClaim(call);
  return isRecord ? changedMessage(call) : undefined;
}

const isClaim = ({ body }: AwsCall) => body.includes('attemptedAt');

function changedMessage({ service, action, body }: AwsCall): string | undefined {
  if (service !== 'dynamodb' || !['UpdateItem', 'PutItem'].includes(action)) return undefined;
  const { Key, Item } = JSON.parse(body.toString('utf8')) as Write;
  const { pk, sk } = Key ?? Item ?? {};
  const conversation = pk?.S?.slice('CONVERSATION#cnv_'.length) ?? '';
  return `msg_${conversation}_${Number(sk?.S?.split('#')[1])}`;
}
