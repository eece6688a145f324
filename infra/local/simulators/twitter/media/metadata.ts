import * as z from 'zod';
import type { ApiAnswer } from '#infra/local/simulators/simulator';
import { json, notFound, readBody } from '#infra/local/simulators/twitter/answers';
import type { Call } from '#infra/local/simulators/twitter/call';
import { uploadOf } from './uploads.ts';

/** The metadata that is kept: X knows more, here it is the text that stands for the file. */
const Metadata = z.strictObject({
  id: z.string().regex(/^[0-9]{1,19}$/),
  metadata: z.strictObject({ alt_text: z.strictObject({ text: z.string().min(1).max(1000) }) }),
});

/** `POST /2/media/metadata` */
export function describeMedia(call: Call): ApiAnswer {
  const read = readBody(Metadata, call.request);
  if ('refusal' in read) return read.refusal;
  const { id, metadata } = read.value;
  const upload = uploadOf({ ...call, ids: [id] });
  if (!upload) return notFound;
  upload.altText = metadata.alt_text.text;
  return json(200, { data: { id, associated_metadata: metadata } });
}
