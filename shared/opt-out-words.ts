import { asksForSilence } from './opt-out-phrases.ts';
import { fold, withoutSignature } from './opt-out-spelling.ts';

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
  stop stopp stopall stopsms stoptext stoptexts stopmessages stopmsgs unsubscribe unsubscribeme unsubscribeall
  unsuscribe unsubcribe unsubscibe unsub revokeconsent optout optmeout
  dardebaja darmedebaja deten detente detener desuscribir desuscribirme desuscribirse cancelarsuscripcion
  nomasmensajes
  arret arreter arrete arretez desabonner desabonnezmoi desabonnement sedesabonner desinscrire desinscription desinscrivezmoi
  stoppub stoppubs stoppen abmelden abmeldung abbestellen austragen stopalle
  parar pare parem sair descadastrar descadastre cancelarinscricao desinscrever
  disiscrivi disiscrivimi disiscriviti disiscrizione
  afmelden uitschrijven stopalles meldmeaf`);

/** Words that mean stop only where nothing else stands in the message: "please cancel" is about an order. */
const loneStop = list(`
  cancel end quit revoke remove
  alto baja cancelar salir
  annuler fin
  ende aufhoren aufhoeren
  fim
  cancella cancellami annulla
  einde annuleren`);

/**
 * Few, because a permission that was not given is worse than one that has to be given again. So they are read as they
 * stand here, blanks and hyphens too: "un stop" is French for a stop.
 */
const start =
  /^[^\p{L}\p{N}]*(start|unstop|un-stop|opt[ -]?in|iniciar|reanudar|demarrer|reprendre|starten|retomar|inizia|riprendi|hervatten)(?:[^\p{L}\p{N}]+\1)*[^\p{L}\p{N}]*$/u;

const loneHelp = new Set(list('help info ayuda aide hilfe ajuda aiuto hulp'));

const courtesy = new Set(
  list(`
  please pls plz thanks thank you thx now just ok okay asap immediately
  por favor porfavor gracias ya svp stp s il vous te plait merci bitte danke sofort
  obrigado obrigada per favore grazie alstublieft alsjeblieft aub graag bedankt nu`),
);

const alone: ReadonlySet<string> = new Set([...plainStop, ...loneStop]);
const plain: ReadonlySet<string> = new Set(plainStop);

/** A message that is longer than this is no keyword, unless it is one word again and again. */
const maxKeywordWords = 8;
/** Characters of the shortest SMS that is cut in two. */
const maxRepeatedLength = 160;

/**
 * Reads a whole message as a word about consent: English, Spanish, French, German, Portuguese, Italian and Dutch, in
 * any case, width and spelling of accents, with punctuation and emoji around it, and above the signature of a phone. A
 * keyword counts only where nothing but courtesy stands beside it. Pure; for every connector whose provider knows such
 * words.
 */
export function optOutWordIn(text: string): OptOutWord | undefined {
  const folded = withoutSignature(fold(text)).trim();
  return keywordIn(folded) ?? (asksForSilence(folded) ? 'REVIEW' : undefined);
}

function keywordIn(folded: string): OptOutWord | undefined {
  const words = folded.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (words.length > maxKeywordWords && folded.length > maxRepeatedLength) return undefined;
  if (start.test(folded.replace(/\p{Pd}/gu, '-'))) return 'START';
  const bare = words.filter((word) => !courtesy.has(word));
  if (alone.has(joined(words)) || plain.has(joined(bare))) return 'STOP';
  return loneHelp.has(repeated(words) ?? '') ? 'HELP' : undefined;
}

/** One word however often it stands there; else the words as one, since a blank may be only a slip of the finger. */
function joined(words: readonly string[]): string {
  const whole = repeated(words) ?? (words.length > maxKeywordWords ? '' : words.join(''));
  return whole.replace(/^(.{3,}?)\1+$/u, '$1');
}

function repeated(words: readonly string[]): string | undefined {
  const [first] = words;
  return words.every((word) => word === first) ? first : undefined;
}
