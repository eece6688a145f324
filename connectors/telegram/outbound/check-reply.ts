import { firstOf, type ReplyProblem } from '#shared/connector/reply-problem';
import type { FailureCode } from '#shared/errors';
import type { ReplyContent } from '#shared/model/reply-content';
import { limits } from './limits.ts';
import { framedText, isPhoto } from './render.ts';

type Of<Type extends ReplyContent['type']> = Extract<ReplyContent, { type: Type }>;
type Problem = ReplyProblem | undefined;

/** Finds the reason for which Telegram would refuse a reply, as far as it is known before. */
export function checkReply(content: ReplyContent): Problem {
  switch (content.type) {
    case 'media':
      return firstOf([
        captionTooLong(content),
        voice(content),
        notFetched(content),
        notOurs(content),
      ]);
    case 'buttons':
      return firstOf([textTooLong(content), ...buttonProblems(content)]);
    case 'link_button':
      return firstOf([textTooLong(content), notLinked(content)]);
    default:
      return undefined;
  }
}

function problem(code: FailureCode, title: string): ReplyProblem {
  return { code, title };
}

function captionTooLong({ caption = '' }: Of<'media'>): Problem {
  const { captionLength } = limits;
  if (caption.length <= captionLength) return undefined;
  const title = `content.caption has ${caption.length} characters; allowed: ${captionLength}`;
  return problem('text_too_long', title);
}

function voice(content: Of<'media'>): Problem {
  if (content.voice !== true) return undefined;
  const title = 'content.voice: telegram cannot carry it here; send the file without it';
  return problem('invalid_reply', title);
}

/** An id of Telegram's has letters, digits, `-` and `_` only; an address in its place would be fetched unchecked. */
function notOurs({ providerMediaId }: Of<'media'>): Problem {
  if (providerMediaId === undefined || /^[\w-]+$/.test(providerMediaId)) return undefined;
  const title = `content.providerMediaId: given ${JSON.stringify(providerMediaId.slice(0, 100))}, allowed is a file_id of Telegram`;
  return problem('invalid_reply', title);
}

/** "Sending by URL will currently only work for GIF, PDF and ZIP files" (sendDocument). */
function notFetched(content: Of<'media'>): Problem {
  const { url, contentType } = content;
  const isOnWeb = url !== undefined && !url.startsWith('s3:');
  if (!isOnWeb || isPhoto(content) || /^(image\/gif|application\/(pdf|zip))$/i.test(contentType)) {
    return undefined;
  }
  const title = `content.url: Telegram fetches no ${contentType} from the web; allowed are JPEG, PNG, WebP, GIF, PDF and ZIP, and every type from s3:`;
  return problem('invalid_reply', title);
}

function textTooLong(content: Of<'buttons'> | Of<'link_button'>): Problem {
  const { length } = framedText(content);
  if (length <= limits.textLength) return undefined;
  const title = `text, header and footer have ${length} characters; allowed: ${limits.textLength}`;
  return problem('text_too_long', title);
}

function buttonProblems({ buttons }: Of<'buttons'>): Problem[] {
  const many =
    buttons.length > limits.buttons
      ? problem('limit_exceeded', `${buttons.length} buttons; allowed: ${limits.buttons}`)
      : undefined;
  const ids = buttons.map(({ id }, index) => {
    const bytes = Buffer.byteLength(id);
    if (bytes <= limits.callbackBytes) return undefined;
    const title = `content.buttons.${index}.id has ${bytes} bytes; allowed: ${limits.callbackBytes}`;
    return problem('limit_exceeded', title);
  });
  return [many, ...ids];
}

/** Telegram looks for the dot in what is written, and takes an IPv6 address in brackets. */
const linked = /^(tg:\/\/|https?:\/\/([^/?#]*@)?(\[|[^/?#@]*\.[^/?#@]*([/?#]|$)))/i;

function notLinked({ url }: Of<'link_button'>): Problem {
  if (linked.test(url)) return undefined;
  const title = `content.url is ${url.slice(0, 100)}; allowed: http:// and https:// with a dot in the host, tg://`;
  return problem('invalid_reply', title);
}
