import { asksForSilence } from './opt-out-phrases.ts';

/**
 * The meaning of a customer's words for our messages. `REVIEW`: a sentence that seems to ask for silence, which a
 * person has to judge (47 CFR 64.1200(a)(10): any reasonable way to say it counts).
 */
export type OptOutWord = 'STOP' | 'START' | 'HELP' | 'REVIEW';

const list = (words: string): readonly string[] => words.trim().split(/\s+/);

/**
 * Words that mean stop and little else, so that "please" may stand beside them. Here and below: lower case, without
 * accents, several words written as one, since many write "un subscribe" or "stop-all".
 */
const plainStop = list(`
  stop stopp stopall stopit stopsms stoptext unsubscribe unsubscribeme unsub optout optmeout
  dardebaja darmedebaja deten detente detener desuscribir desuscribirme desuscribirse cancelarsuscripcion
  arret arreter arrete arretez desabonner desabonnezmoi desabonnement sedesabonner desinscrire desinscrivezmoi
  stoppub stoppubs stoppen abmelden abmeldung abbestellen austragen stopalle
  parar pare parem sair descadastrar descadastre cancelarinscricao desinscrever
  disiscrivi disiscrivimi disiscriviti disiscrizione
  afmelden uitschrijven stopalles meldmeaf`);

/** Words that mean stop only where nothing else stands in the message: "please cancel" is about an order. */
const loneStop = list(`
  cancel end quit revoke remove
  alto baja cancelar
  annuler fin
  ende aufhoren aufhoeren
  fim
  cancella cancellami annulla
  einde annuleren`);

/** Few, because a permission that was not given is worse than one that has to be given again. */
const loneStart = list(`
  start unstop optin iniciar reanudar demarrer reprendre starten retomar inizia riprendi hervatten`);

const loneHelp = list('help info ayuda aide hilfe ajuda aiuto hulp');

const courtesy = new Set(
  list(`
  please pls plz thanks thank you thx now
  por favor porfavor gracias ya svp stp s il vous te plait merci bitte danke sofort
  obrigado obrigada per favore grazie alstublieft alsjeblieft aub graag bedankt nu`),
);

const alone: ReadonlyMap<string, OptOutWord> = new Map([
  ...[...plainStop, ...loneStop].map((word) => [word, 'STOP'] as const),
  ...loneStart.map((word) => [word, 'START'] as const),
  ...loneHelp.map((word) => [word, 'HELP'] as const),
]);
const plain: ReadonlySet<string> = new Set(plainStop);

/** A message that is longer than this is no keyword. */
const maxKeywordWords = 8;
/** One SMS as Twilio and AWS take it; what stands behind it is not read. */
const maxLength = 1600;

/**
 * Reads a whole message as a word about consent: English, Spanish, French, German, Portuguese, Italian and Dutch, in
 * any case, width and spelling of accents, with punctuation and emoji around it. A keyword counts only where nothing
 * but courtesy stands beside it. Pure; for every connector whose provider knows such words.
 */
export function optOutWordIn(text: string): OptOutWord | undefined {
  const folded = fold(text);
  return keywordIn(folded) ?? (asksForSilence(folded) ? 'REVIEW' : undefined);
}

/** Lower case, full-width letters as plain ones, no accents, no letter more than twice in a row. */
function fold(text: string): string {
  return text
    .slice(0, maxLength)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/(\p{L})\1{2,}/gu, '$1');
}

function keywordIn(folded: string): OptOutWord | undefined {
  const words = folded.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (words.length === 0 || words.length > maxKeywordWords) return undefined;
  const [first] = words;
  const isRepeated = words.length > 1 && words.every((word) => word === first);
  const whole = isRepeated ? (first ?? '') : words.join('');
  const bare = words.filter((word) => !courtesy.has(word)).join('');
  return alone.get(whole) ?? (plain.has(bare) ? 'STOP' : undefined);
}
