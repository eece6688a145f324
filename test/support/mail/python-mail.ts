import { spawnSync } from 'node:child_process';
import * as z from 'zod';

/** True where Python is installed: its standard library has a MIME parser that the product does not use. */
export const hasPython = spawnSync('python3', ['-c', 'import email.policy']).status === 0;

const program = `
import email, email.policy, hashlib, json, sys
def part_of(part):
    told = {'type': part.get_content_type(), 'disposition': part.get_content_disposition() or '',
            'fileName': part.get_filename() or '', 'contentId': part.get('Content-ID', '').strip()}
    if part.is_multipart():
        return {**told, 'parts': [part_of(each) for each in part.iter_parts()]}
    data = part.get_payload(decode=True)
    told['sha256'] = hashlib.sha256(data).hexdigest()
    if told['type'].startswith('text/') and told['disposition'] != 'attachment':
        told['text'] = data.decode('utf-8').replace('\\r\\n', '\\n')
    return told
mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
addresses = lambda name: [[a.display_name, a.addr_spec] for a in mail[name].addresses] if mail[name] else []
print(json.dumps({
    'headers': [[name, str(value)] for name, value in mail.items()],
    'to': addresses('To'), 'cc': addresses('Cc'), 'from': addresses('From'),
    'defects': [str(each) for part in mail.walk() for each in part.defects],
    'root': part_of(mail)}))
`;

export interface PythonPart {
  readonly type: string;
  readonly disposition: string;
  readonly fileName: string;
  readonly contentId: string;
  readonly sha256?: string | undefined;
  readonly text?: string | undefined;
  readonly parts?: readonly PythonPart[] | undefined;
}

const Part: z.ZodType<PythonPart> = z.lazy(() =>
  z.object({
    ...{ type: z.string(), disposition: z.string(), fileName: z.string(), contentId: z.string() },
    ...{ sha256: z.string().optional(), text: z.string().optional() },
    parts: z.array(Part).optional(),
  }),
);
const People = z.array(z.tuple([z.string(), z.string()]));
const PythonMail = z.object({
  headers: z.array(z.tuple([z.string(), z.string()])),
  ...{ to: People, cc: People, from: People, defects: z.array(z.string()), root: Part },
});

/** A mail as Python's standard library reads it. */
export function readByPython(raw: Buffer) {
  const { stdout, stderr, status } = spawnSync('python3', ['-c', program], {
    input: raw,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(stderr.toString());
  const mail = PythonMail.parse(JSON.parse(stdout.toString()));
  const header = (name: string) =>
    mail.headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
  return { ...mail, header };
}

/** The types of a part and of all within it, as `mixed(plain pdf)`. */
export function outlineOf({ type, parts }: PythonPart): string {
  const [kind = '', subtype = ''] = type.split('/');
  if (!parts) return subtype;
  return `${kind === 'multipart' ? subtype : kind}(${parts.map(outlineOf).join(' ')})`;
}

/** A part and all within it that are no multipart. */
export function leavesOf(part: PythonPart): readonly PythonPart[] {
  return part.parts ? part.parts.flatMap(leavesOf) : [part];
}
