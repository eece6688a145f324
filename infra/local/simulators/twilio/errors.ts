import type { ApiAnswer, Faults } from '#infra/local/simulators/simulator';

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
  21620: 'Invalid media URL(s)',
  21621: "The 'From' number has not been enabled for MMS",
  21623: 'Number of media files exceeds allowed limit',
  21617: 'The concatenated message body exceeds the 1600 character limit',
  21655: 'The ContentSid is Invalid',
  21656: 'The ContentVariables Parameter is invalid',
  21624: 'Invalid validity period value',
  35111: 'SendAt timestamp is missing',
  35114: 'Scheduling does not support this timestamp',
  35118: 'MessagingServiceSid is required to schedule a message',
  35126: 'The ScheduleType value provided is not supported for this channel',
};

/** Codes that can be asked for beside those, without a text. */
const untexted: readonly number[] = [
  ...[
    11200, 11751, 12300, 14101, 14107, 14111, 20005, 20403, 21212, 21214, 21217, 21219, 21266,
    21606,
  ],
  ...[
    21607, 21608, 21611, 21616, 21618, 21619, 21622, 21635, 21654, 21657, 21658, 21659, 21660,
    21661,
  ],
  ...[
    21662, 21663, 21668, 21701, 21702, 21703, 21704, 21705, 21708, 21709, 21711, 21712, 21910,
    30001,
  ],
  ...[
    30002, 30003, 30004, 30005, 30006, 30007, 30008, 30010, 30011, 30012, 30013, 30014, 30015,
    30016,
  ],
  ...[
    30017, 30018, 30019, 30020, 30021, 30022, 30023, 30024, 30027, 30032, 30033, 30034, 30035,
    30036,
  ],
  ...[
    30037, 30040, 30041, 30042, 30410, 30450, 30500, 30610, 30630, 30640, 63001, 63002, 63003,
    63005,
  ],
  ...[
    63006, 63007, 63008, 63009, 63010, 63011, 63012, 63013, 63014, 63015, 63016, 63017, 63018,
    63019,
  ],
  ...[
    63020, 63021, 63022, 63023, 63024, 63026, 63027, 63028, 63029, 63030, 63031, 63032, 63033,
    63034,
  ],
  ...[
    63035, 63036, 63037, 63038, 63040, 63041, 63042, 63049, 63050, 63051, 63053, 63054, 63055,
    63056,
  ],
  ...[63058, 63059, 63062, 63112, 63120],
  ...[35115, 35117, 35125],
];

const statuses: Readonly<Record<number, number>> = {
  20003: 401,
  20404: 404,
  20429: 429,
  20500: 500,
};

/** The answer of Twilio's REST API for an error code: `{code, message, more_info, status}`. */
export function errorAnswer(code: number, message = messages[code]): ApiAnswer {
  const status = statuses[code] ?? 400;
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...(status === 429 ? { 'retry-after': '1' } : {}),
    },
    body: JSON.stringify({
      code,
      message: message ?? `Error ${code}`,
      more_info: `https://www.twilio.com/docs/errors/${code}`,
      status,
    }),
  };
}

const codes = [...Object.keys(messages).map(Number), ...untexted].toSorted((a, b) => a - b);

export const faults: Faults = {
  kinds: ['429', '500', ...codes.map(String)],
  answer: (kind) => errorAnswer({ 429: 20429, 500: 20500 }[kind] ?? Number(kind)),
  unknown: errorAnswer(29_999),
};
