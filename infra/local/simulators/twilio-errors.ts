import type { ApiAnswer } from './simulator.ts';

/** The texts of Twilio's own error dictionary, for the codes this simulator answers with by itself. */
const messages: Readonly<Record<number, string>> = {
  20001: 'Unknown parameters',
  20003: 'Authenticate',
  20404: 'The requested resource was not found',
  20429: 'Too Many Requests',
  20500: 'Internal Server Error',
  21211: "The 'To' number is not a valid phone number",
  21265: "'To' number cannot be a Short Code",
  21408:
    "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
  21602: 'Message body is required',
  21603: "A 'From' or 'MessagingServiceSid' parameter is required to send a message",
  21604: "The destination 'To' phone number is required to send an SMS",
  21609: "Invalid 'StatusCallback'",
  21610: 'Attempt to send to unsubscribed recipient',
  21612: "The 'To' phone number is not currently reachable via SMS",
  21614: "'To' number is not a valid mobile number",
  21617: 'The concatenated message body exceeds the 1600 character limit',
  21624: 'Invalid validity period value',
};

const statuses: Readonly<Record<number, number>> = {
  20003: 401,
  20404: 404,
  20429: 429,
  20500: 500,
};

/** The answer of Twilio's REST API for an error code: `{code, message, more_info, status}`. */
export function errorAnswer(code: number): ApiAnswer {
  const status = statuses[code] ?? 400;
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...(status === 429 ? { 'retry-after': '1' } : {}),
    },
    body: JSON.stringify({
      code,
      message: messages[code] ?? `Error ${code}`,
      more_info: `https://www.twilio.com/docs/errors/${code}`,
      status,
    }),
  };
}
