import type { ApiAnswer, Faults } from '#infra/local/simulators/simulator';
import { badRequest, refused, unauthorized } from './answers.ts';

/** A page of the proxy before the API, which is no answer of it. */
function page(status: number): ApiAnswer {
  return { status, headers: { 'content-type': 'text/html' }, body: `<html>${status}</html>` };
}

const answers: Readonly<Record<string, ApiAnswer>> = {
  '400': badRequest('message text is empty'),
  '400-chat-not-found': badRequest('chat not found'),
  '400-too-long': badRequest('message is too long'),
  '400-migrated': refused(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
    migrate_to_chat_id: -1001234567890,
  }),
  '401': unauthorized,
  '403': refused(403, 'Forbidden: bot was blocked by the user'),
  '403-deactivated': refused(403, 'Forbidden: user is deactivated'),
  '429': refused(429, 'Too Many Requests: retry after 3', { retry_after: 3 }),
  '500': refused(500, 'Internal Server Error'),
  '502': page(502),
};

export const faults: Faults = {
  kinds: Object.keys(answers),
  answer: (kind) => answers[kind] ?? page(500),
  unknown: refused(406, 'Not Acceptable: invented for a test'),
};
