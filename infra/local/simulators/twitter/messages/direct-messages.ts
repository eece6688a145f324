import type { ApiAnswer } from '#infra/local/simulators/simulator';
import { oweActivity } from '#infra/local/simulators/twitter/activity/own';
import { json, problem, readBody } from '#infra/local/simulators/twitter/answers';
import type { Call } from '#infra/local/simulators/twitter/call';
import { attachable, fileOf } from '#infra/local/simulators/twitter/media/attached';
import { keepPrivateFile } from '#infra/local/simulators/twitter/media/files';
import { CreateDirectMessage } from '#infra/local/simulators/twitter/requests';
import { brandOf, conversationOf, customerNamed } from '#infra/local/simulators/twitter/users';
import { recordSend } from './sends.ts';

const mediaNotPermitted = problem(
  403,
  'Forbidden',
  'You are not permitted to attach this media to a DM event.',
);

/** v1.1's code 349, of a user who is no longer there. */
const noSuchRecipient = json(403, {
  errors: [{ code: 349, message: 'You cannot send messages to this user.' }],
});

/** `POST /2/dm_conversations/with/{participant_id}/messages` */
export function sendDirectMessage(call: Call): ApiAnswer {
  const body = readBody(CreateDirectMessage, call.request);
  if ('refusal' in body) return body.refusal;
  const { world, state, account, ids } = call;
  const [recipientId = ''] = ids;
  if (state.deletedUsers.has(recipientId)) return noSuchRecipient;
  const { text = '', attachments = [] } = body.value;
  const uploads = attachments.flatMap(({ media_id }) => attachable(media_id, 'dm', call) ?? []);
  if (uploads.length < attachments.length) return mediaNotPermitted;
  const at = world.now();
  const id = state.nextId(at);
  const [from, to] = [brandOf(account), state.users.get(recipientId) ?? customerNamed(recipientId)];
  const files = uploads.map((upload) => {
    upload.timesSent += 1;
    return keepPrivateFile(fileOf(upload), id, [from.id, to.id], state);
  });
  state.messages.push({ id, from, to, text, at, files });
  recordSend({ id, to: recipientId, text, files }, call, at);
  oweActivity(id, account, world);
  return json(201, {
    data: { dm_conversation_id: conversationOf(from.id, to.id), dm_event_id: id },
  });
}
