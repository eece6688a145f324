import type { Line } from './line.ts';
import { words } from './words.ts';

/** How the line begins that a phone or an app adds below the customer's text; in some languages how it ends. */
const openings = words(`
  sent from|sent via|sent with|sent by|sent using|get outlook for|von meinem|gesendet von|gesendet mit|
  gesendet über|gesendet aus|diese nachricht wurde von|envoyé de|envoyé depuis|envoyé à partir|
  télécharger outlook pour|obtenez outlook pour|enviado desde|enviado do|enviado a partir|enviado de|
  obtener outlook para|obter o outlook para|enviat des|inviato da|ottieni outlook per|verzonden vanaf|
  verstuurd vanaf|verzonden met|verzonden van|outlook voor|sendt fra|hent outlook til|skickat från|
  skickat fran|hämta outlook för|lähetetty|hanki outlook|wysłane z|pobierz outlook|odesláno z|odeslané z|
  odoslané z|získat outlook|iphone-ról küldve|trimis de pe|iphone'umdan|iphone’umdan|отправлено с|
  отправлено из|надіслано з|изпратено от|στάλθηκε από|נשלח מ|أرسلت من|تم الإرسال من|ส่งจาก|đã gửi từ|dikirim dari|
  发自我的|發自我的|从我的|傳送自
`);
const endings = words('から送信|에서 보냄|에서 보냈습니다|gesendet|gönderildi|küldve');

/** The devices and programs themselves: a place or a carrier is the customer's sentence. */
const devices = words(`
  iphone|ipad|ios|ipod|apple watch|android|acompli|samsung|galaxy|huawei|xiaomi|redmi|pixel|oneplus|oppo|nokia|
  motorola|xperia|sony|htc|lg|lumia|blackberry|windows phone|windows|outlook|yahoo|gmail|gmx|web.de|
  aol|proton|protonmail|posteo|tutanota|mailbox|sparrow|airmail|mailbird|spark|thunderbird|zoho|hey|
  superhuman|polymail|newton|boxer|nine|edison|bluemail|fairphone|smartphone|tablet|tablette|handy|
  mobile|mobiltelefon|téléphone|teléfono|telefone|telefono|telefoon|telefon|телефон|телефона|мобильного|
  phone|mobil|device|móvil|portable|cellulare|kännykästä|puhelimesta|jphone|휴대폰|手机|手機|هاتفي|جهازي|mail
`);

/** Lower-case words that such lines have beside the device. */
const fillers = new Set(
  words(`
  my|a|an|the|for|on|via|by|with|using|from|mobile|phone|cell|cellphone|smartphone|wireless|handheld|device|
  tablet|mail|email|e-mail|app|and|in|of|meinem|meiner|mein|von|mit|für|über|unterwegs|gesendet|wurde|diese|
  mobiltelefon|handy|mon|ma|mobile|pour|de|depuis|un|téléphone|portable|tablette|mi|para|teléfono|móvil|dispositivo|desde|
  meu|minha|do|no|telemóvel|telefone|celular|il|mio|dal|per|cellulare|mijn|voor|op|telefoon|mobiele|min|mit|
  till|til|fra|från|för|mobil|telefon|mojego|z|telefonu|na|w|mého|svého|moje|telefonom|моего|моей|мого|с|со|на|для|
  телефона|устройства|мобильного|meu|του|μου|το|iphone-ról|küldve|gönderildi|cihazımdan|telefonumdan|
  oss|phonen|iphonesta|ipadista|puhelimesta|الـ|جهاز|هاتف|هاتفي|جهازي|ال|나의|내
`),
);

const longestLine = 60;

/**
 * True for one short line a device or an app added. `Sent via DHL`, `Sent from my desk, which is easier` and every
 * sentence that only begins so are the customer's: the line must name a device or a program, and every other word must
 * be one that such lines have.
 */
export function isSentFromLine({ plain, quoted }: Line): boolean {
  const shown = plain.split(/<|\(http|https?:/, 1)[0]?.trim() ?? '';
  if (
    quoted ||
    shown === '' ||
    shown.length > longestLine ||
    /[,;:!?。，！？]|\.\s|\.$/.test(shown)
  )
    return false;
  const lower = shown.toLowerCase();
  const rest = restOf(lower);
  if (rest === undefined) return false;
  const named = devices.some((device) => hasWord(lower, device)) || isMarked(plain);
  return named && onlyDevice(shown.slice(rest.start, rest.end));
}

/** A link right behind the name, or a type with a figure in it behind `my`: no person writes a device so. */
function isMarked(plain: string): boolean {
  return /<https?:\/\/[^\s>]{1,200}>$/.test(plain) || /\smy\s.{0,40}\d/i.test(plain);
}

function restOf(lower: string): { readonly start: number; readonly end: number } | undefined {
  const opening = openings.find((words) => lower.startsWith(words));
  if (opening !== undefined) return { start: opening.length, end: lower.length };
  const ending = endings.find((words) => lower.endsWith(words));
  return ending === undefined ? undefined : { start: 0, end: lower.length - ending.length };
}

/** True when these words are names (capitals, figures) or what stands around them. */
function onlyDevice(words: string): boolean {
  return words
    .split(/[\s®™'’]+/)
    .filter(Boolean)
    .every((word) => {
      const lower = word.toLowerCase();
      if (fillers.has(lower) || devices.some((device) => hasWord(lower, device))) return true;
      return /^[\d(/&-]|\p{Lu}/u.test(word);
    });
}

/** True when the device stands in the text, at the beginning of a word where letters have words. */
function hasWord(lower: string, device: string): boolean {
  const at = lower.indexOf(device);
  return at >= 0 && !/[\p{Ll}]/u.test(lower[at - 1] ?? '');
}
